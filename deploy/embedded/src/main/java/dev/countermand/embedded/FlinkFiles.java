package dev.countermand.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the processes of a Flink need on disk, and their command lines. */
record FlinkFiles(Path directory) {
  private static final List<String> OWN_JARS =
      List.of("flink-statebackend-rocksdb.jar", "frocksdbjni.jar", "flink-runtime-web.jar");

  /** What Flink's own configuration opens on Java 17. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.net",
          "java.io",
          "java.nio",
          "sun.nio.ch",
          "java.lang.reflect",
          "java.text",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks");

  /** A process of the cluster. */
  enum Role {
    JOB_MANAGER("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"),
    TASK_MANAGER("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");

    private final String mainClass;

    Role(String mainClass) {
      this.mainClass = mainClass;
    }
  }

  private Path configuration() {
    return directory.resolve("conf");
  }

  private Path jars() {
    return directory.resolve("lib");
  }

  private Path logging() {
    return configuration().resolve("log4j2.properties");
  }

  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  Path savepoints() {
    return directory.resolve("savepoints");
  }

  Path log(String process) {
    return directory.resolve(process + ".log");
  }

  Path output(String process) {
    return directory.resolve(process + ".out");
  }

  /** Writes configuration and jars anew. */
  void write(int restPort, int rpcPort, FlinkCluster.Options options) throws IOException {
    Trees.createPrivate(directory);
    for (Path path : List.of(configuration(), jars(), checkpoints(), savepoints(), temporary())) {
      Files.createDirectories(path);
    }
    StringBuilder yaml = new StringBuilder();
    new TreeMap<>(settings(restPort, rpcPort, options))
        .forEach((key, value) -> yaml.append(key).append(": \"").append(value).append("\"\n"));
    Files.writeString(configuration().resolve("config.yaml"), yaml);
    copy("/dev/countermand/embedded/kafka-log4j2.properties", logging());
    for (String jar : OWN_JARS) {
      copy("/servers/flink/" + jar, jars().resolve(jar));
    }
    Files.writeString(
        directory.resolve("java.arguments"),
        "-cp\n\""
            + classPath(System.getProperty("java.class.path")).replace("\\", "\\\\")
            + "\"\n");
  }

  Path temporary() {
    return directory.resolve("tmp");
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in = FlinkFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not on the class path");
      }
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * The jars of a JobManager's and a TaskManager's class path: those of its own, and what else it
   * needs out of this JVM's class path. Nothing that a job jar brings may be among them.
   */
  private String classPath(String own) throws IOException {
    Map<String, String> found = new HashMap<>();
    for (String entry : KafkaLauncher.absolute(own).split(File.pathSeparator, -1)) {
      found.putIfAbsent(artifact(entry), entry);
    }
    List<String> path = new ArrayList<>();
    OWN_JARS.forEach(jar -> path.add(jars().resolve(jar).toString()));
    for (String needed : text("/servers/flink/class-path.txt").strip().split(":", -1)) {
      String entry = found.get(artifact(needed));
      if (entry == null) {
        throw new IOException(new File(needed).getName() + " is not on the class path");
      }
      path.add(entry);
    }
    return String.join(File.pathSeparator, path);
  }

  /** The name of a jar without its version, which this JVM's class path may have a newer one of. */
  private static String artifact(String entry) {
    return new File(entry).getName().replaceFirst("-\\d.*", "");
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = FlinkFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Map<String, String> settings(int restPort, int rpcPort, FlinkCluster.Options options) {
    Map<String, String> settings = new TreeMap<>();
    String local = "127.0.0.1";
    for (String address :
        List.of(
            "rest.address",
            "rest.bind-address",
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "taskmanager.host",
            "taskmanager.bind-host")) {
      settings.put(address, local);
    }
    settings.put("rest.port", String.valueOf(restPort));
    settings.put("jobmanager.rpc.port", String.valueOf(rpcPort));
    settings.put("web.tmpdir", temporary().toString());
    settings.put("io.tmp.dirs", temporary().toString());
    settings.put("blob.storage.directory", temporary().resolve("blobs").toString());
    settings.put("state.backend.type", "rocksdb");
    settings.put("execution.checkpointing.incremental", "true");
    settings.put("execution.checkpointing.dir", checkpoints().toUri().toString());
    settings.put("execution.checkpointing.savepoint-dir", savepoints().toUri().toString());
    settings.put("parallelism.default", String.valueOf(options.taskManagers()));
    settings.put("taskmanager.numberOfTaskSlots", "1");
    // A killed TaskManager is missed within seconds, not after the default of 50.
    settings.put("heartbeat.interval", "1 s");
    settings.put("heartbeat.timeout", "8 s");
    // Flink's start script computes these; here they are given.
    settings.put("taskmanager.cpu.cores", "1.0");
    settings.put("taskmanager.memory.framework.heap.size", "128 mb");
    settings.put("taskmanager.memory.framework.off-heap.size", "128 mb");
    settings.put("taskmanager.memory.task.heap.size", options.heapMegabytes() + " mb");
    settings.put("taskmanager.memory.task.off-heap.size", "0 mb");
    settings.put("taskmanager.memory.managed.size", options.managedMegabytes() + " mb");
    settings.put("taskmanager.memory.network.min", "64 mb");
    settings.put("taskmanager.memory.network.max", "64 mb");
    settings.put("taskmanager.memory.jvm-metaspace.size", "256 mb");
    settings.put("taskmanager.memory.jvm-overhead.min", "192 mb");
    settings.put("taskmanager.memory.jvm-overhead.max", "192 mb");
    return settings;
  }

  /** The words that start a process. */
  List<String> command(Role role, String process, FlinkCluster.Options options) {
    List<String> words = new ArrayList<>();
    words.add(Executables.java().toString());
    int heap = role == Role.JOB_MANAGER ? 384 : 128 + options.heapMegabytes();
    words.add("-Xmx" + heap + "m");
    words.add("-XX:MaxMetaspaceSize=256m");
    // Network and framework memory outside the heap, and what the connectors take.
    words.add("-XX:MaxDirectMemorySize=256m");
    words.add("-XX:+UseParallelGC");
    words.add(Executables.compilesTo());
    words.add("-XX:+ExitOnOutOfMemoryError");
    OPENED.forEach(name -> words.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    words.add("-Djava.awt.headless=true");
    words.add("-Djava.io.tmpdir=" + temporary());
    words.add("-Dcountermand.log=" + log(process));
    words.add("-Dlog4j2.configurationFile=" + logging().toUri());
    words.add("@" + directory.resolve("java.arguments"));
    words.addAll(List.of(role.mainClass, "--configDir", configuration().toString()));
    return words;
  }
}
