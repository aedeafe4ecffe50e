package dev.countermand.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What one PostgreSQL server needs on disk beside its programs. */
record PostgresFiles(Path directory, Path home) {
  static final String SUPERUSER = "countermand_superuser";

  Path log() {
    return directory.resolve("postgres.log");
  }

  Path work() {
    return directory.resolve("server");
  }

  Path data() {
    return work().resolve("data");
  }

  private Path passwordFile() {
    return directory.resolve("superuser.password");
  }

  /**
   * Creates the database cluster when there is none, with a random superuser password, and returns
   * that password.
   */
  String initialise(Account account, Progress progress) throws IOException {
    Trees.createPrivate(work());
    account.own(work());
    if (Files.exists(passwordFile())) {
      return Files.readString(passwordFile());
    }
    progress.step("Creating a PostgreSQL database in " + data() + ".");
    String password = RandomPassword.fresh();
    Path handed = work().resolve("password");
    // What an interrupted creation left.
    Trees.delete(data());
    Files.deleteIfExists(handed);
    writePrivately(handed, password);
    account.own(handed);
    try {
      ChildProcess initdb =
          ChildProcess.start(spec("PostgreSQL's initdb", initdb(handed), account));
      initdb.awaitSuccess(Duration.ofSeconds(60));
    } finally {
      Files.deleteIfExists(handed);
    }
    writePrivately(passwordFile(), password);
    return password;
  }

  ChildProcess.Spec server(int port, Account account) {
    return spec(
        "PostgreSQL",
        List.of(
            program("postgres"),
            "-D",
            data().toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "port=" + port,
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=50",
            "-c",
            "shared_buffers=32MB",
            // A killed server loses nothing by this; a machine without power would.
            "-c",
            "fsync=off"),
        account);
  }

  /** Whether the server of this process id says in its own lock file that it takes connections. */
  boolean isReady(long pid) {
    try {
      List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
      return lines.size() > 7
          && lines.get(0).equals(String.valueOf(pid))
          && lines.get(7).strip().equals("ready");
    } catch (IOException notYet) {
      return false;
    }
  }

  private List<String> initdb(Path password) {
    return List.of(
        program("initdb"),
        "--pgdata=" + data(),
        "--username=" + SUPERUSER,
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync");
  }

  private ChildProcess.Spec spec(String name, List<String> command, Account account) {
    return new ChildProcess.Spec(
        name,
        command,
        Map.of("LC_ALL", "C", "TZ", "UTC"),
        work(),
        ChildProcess.NO_INPUT,
        log(),
        log(),
        account,
        ChildProcess.Ending.INTERRUPT);
  }

  private String program(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  private static void writePrivately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }
}
