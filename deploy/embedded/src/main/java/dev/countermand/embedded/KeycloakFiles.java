package dev.countermand.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a Keycloak server finds its programs and puts its files, and the command lines of its JVM.
 * Its own start script would stand between this JVM and the server's and pass signals on.
 */
record KeycloakFiles(Path directory, Path home) {
  static final String ADMIN_CLIENT = "countermand-admin";

  Path log() {
    return directory.resolve("keycloak.log");
  }

  Path temporary() {
    return directory.resolve("tmp");
  }

  /** The words that start a server whose programs were prepared by {@link #prepare}. */
  List<String> command(int port, int heapMegabytes) {
    List<String> words = java(heapMegabytes);
    words.addAll(
        List.of(
            "start",
            "--optimized",
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname-strict=false",
            // Otherwise it looks for a cluster on every address of this machine.
            "--cache=local"));
    return words;
  }

  /**
   * The words that fix the kind of database in the server's programs. Left to the start, it takes
   * 20 s of every one.
   */
  List<String> prepare() {
    List<String> words = java(512);
    words.addAll(List.of("build", "--db=dev-mem"));
    return words;
  }

  private List<String> java(int heapMegabytes) {
    List<String> words = new ArrayList<>();
    words.add(Executables.java().toString());
    words.addAll(
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "-XX:+UseSerialGC",
            // It lives too short to gain by the second compiler.
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + temporary(),
            "-Dkc.home.dir=" + home,
            "-Djboss.server.config.dir=" + home.resolve("conf"),
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
            "-Dpicocli.disable.closures=true",
            // By default among its programs, which several servers share.
            "-Dquarkus.transaction-manager.object-store.directory="
                + directory.resolve("transactions")));
    for (String part : List.of("util", "util.concurrent", "security", "lang")) {
      words.add("--add-opens=java.base/java." + part + "=ALL-UNNAMED");
    }
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            home.resolve("lib").resolve("quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
    return words;
  }
}
