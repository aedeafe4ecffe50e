package dev.countermand.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one Elasticsearch node needs on disk beside the unpacked server, and the command line of its
 * JVM.
 */
record ElasticsearchFiles(Path directory, Path home) {
  Path log() {
    return directory.resolve("logs").resolve("elasticsearch.log");
  }

  Path output() {
    return directory.resolve("elasticsearch.out");
  }

  Path arguments() {
    return directory.resolve("config").resolve("server.arguments");
  }

  Path temporary() {
    return directory.resolve("tmp");
  }

  /** Writes the configuration anew and gives everything the server writes to its user. */
  void write(int port, Map<String, String> secrets, Map<String, String> settings, Account account)
      throws IOException {
    Path configuration = directory.resolve("config");
    Path logs = directory.resolve("logs");
    for (Path part : List.of(configuration, logs, temporary(), directory.resolve("data"))) {
      Trees.createPrivate(part);
    }
    try (InputStream logging =
        ElasticsearchFiles.class.getResourceAsStream("elasticsearch-log4j2.properties")) {
      if (logging == null) {
        throw new IOException("elasticsearch-log4j2.properties is not on the class path");
      }
      Files.copy(
          logging, configuration.resolve("log4j2.properties"), StandardCopyOption.REPLACE_EXISTING);
    }
    // Everything is said in the arguments; the server wants the file all the same.
    Files.writeString(configuration.resolve("elasticsearch.yml"), "");
    Map<String, String> all = new TreeMap<>(defaults());
    all.putAll(settings);
    all.put("path.home", home.toString());
    all.put("path.data", directory.resolve("data").toString());
    all.put("path.logs", logs.toString());
    all.put("http.port", String.valueOf(port));
    all.put("transport.port", String.valueOf(Ports.free()));
    Files.write(arguments(), ElasticsearchArguments.encode(secrets, all, configuration, logs));
    for (Path part : List.of(configuration, logs, temporary(), directory.resolve("data"))) {
      account.own(part);
    }
  }

  private static Map<String, String> defaults() {
    return Map.of(
        "cluster.name", "countermand",
        "node.name", "embedded",
        "network.host", "127.0.0.1",
        "discovery.type", "single-node",
        // On a disk that is 95 % full it would refuse to write, however much is left.
        "cluster.routing.allocation.disk.threshold_enabled", "false");
  }

  /**
   * The words that start the server: those of its own launcher for this Java, with a heap that
   * grows as it is needed.
   */
  List<String> command(int heapMegabytes, ElasticsearchDistribution distribution)
      throws IOException {
    int javaVersion = distribution.javaVersion();
    List<String> words = new ArrayList<>();
    words.add(distribution.java().toString());
    words.addAll(
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "-Xss1m",
            "-XX:MaxDirectMemorySize=" + heapMegabytes / 2 + "m",
            "-XX:+UseSerialGC",
            Executables.compilesTo(),
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-OmitStackTraceInFastThrow",
            "-XX:ErrorFile=" + directory.resolve("logs").resolve("hs_err_pid%p.log"),
            "-Des.networkaddress.cache.ttl=60",
            "-Des.networkaddress.cache.negative.ttl=10",
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "-Djava.io.tmpdir=" + temporary(),
            "-Djna.nosys=true",
            "-Dio.netty.noUnsafe=true",
            "-Dio.netty.noKeySetOptimization=true",
            "-Dio.netty.recycler.maxCapacityPerThread=0",
            "-Dlog4j.shutdownHookEnabled=false",
            "-Dlog4j2.disable.jmx=true",
            "-Dlog4j2.formatMsgNoLookups=true",
            "-Djava.locale.providers=" + (javaVersion >= 23 ? "CLDR" : "SPI,COMPAT"),
            "-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion=" + javaVersion,
            "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
            "-Des.path.home=" + home,
            "-Des.distribution.type=zip",
            "-Des.java.type=ES_JAVA_HOME",
            "-XX:+EnableDynamicAgentLoading",
            "-Djdk.attach.allowAttachSelf=true",
            "--patch-module=java.base=" + bridge(),
            "--add-exports=java.base/org.elasticsearch.entitlement.bridge=org.elasticsearch.entitlement,java.logging,"
                + "java.net.http,java.naming,jdk.net,jdk.zipfs,jdk.management.agent"));
    if (javaVersion >= 21) {
      words.add("--enable-native-access=" + String.join(",", nativeModules()));
    }
    words.addAll(
        List.of(
            "--module-path",
            home.resolve("lib").toString(),
            "--add-modules=jdk.net,jdk.management.agent,ALL-MODULE-PATH",
            "-m",
            "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch"));
    return words;
  }

  /** A module that is not there would be warned of in the log at every start. */
  private List<String> nativeModules() throws IOException {
    List<String> modules = new ArrayList<>(List.of("org.elasticsearch.nativeaccess"));
    if (has("elasticsearch-foreign-library-")) {
      modules.add("org.elasticsearch.foreign");
    }
    modules.add("org.apache.lucene.core");
    return modules;
  }

  private boolean has(String jar) throws IOException {
    try (var jars = Files.list(home.resolve("lib"))) {
      return jars.anyMatch(file -> file.getFileName().toString().startsWith(jar));
    }
  }

  private Path bridge() throws IOException {
    try (var jars = Files.list(home.resolve("lib").resolve("entitlement-bridge"))) {
      return jars.filter(jar -> jar.toString().endsWith(".jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("there is no entitlement bridge in " + home));
    }
  }
}
