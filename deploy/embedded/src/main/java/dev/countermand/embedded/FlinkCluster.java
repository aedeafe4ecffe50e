package dev.countermand.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real standalone Flink on 127.0.0.1: one JobManager and some TaskManagers with a slot each,
 * every one a JVM of its own, with RocksDB for state. Checkpoints and savepoints stay in its
 * directory. It ends with this JVM at the latest. Flink must be on this JVM's class path.
 *
 * <p>Any user of this machine can reach it, and a Flink runs what it is given: it is for machines
 * whose users trust each other.
 *
 * <p>Safe for use by several threads.
 */
public final class FlinkCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkCluster.class);
  private static final String NAME = "Flink";
  private static final String JOB_MANAGER = "jobmanager";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern TASK_MANAGERS = Pattern.compile("\"taskmanagers\":(\\d+)");

  private final FlinkFiles files;
  private final Options options;
  private final int port;
  private final int rpcPort;
  private ChildProcess jobManager;
  private final List<ChildProcess> taskManagers = new ArrayList<>();

  private FlinkCluster(FlinkFiles files, Options options, int port) {
    this.files = files;
    this.options = options;
    this.port = port;
    this.rpcPort = Ports.free();
    long begun = System.nanoTime();
    options.progress().step("Starting Flink on " + rest() + ", logs in " + files.directory() + ".");
    try {
      files.write(port, rpcPort, options);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "Flink's files in " + files.directory() + " cannot be written: " + e.getMessage(),
          e);
    }
    jobManager = launch(FlinkFiles.Role.JOB_MANAGER, JOB_MANAGER);
    try {
      jobManager.awaitReady(() -> registered() >= 0, options.deadline());
      for (int i = 0; i < options.taskManagers(); i++) {
        taskManagers.add(launch(FlinkFiles.Role.TASK_MANAGER, name(i)));
      }
      awaitRegistered();
    } catch (EmbeddedServerException e) {
      stop();
      throw e;
    }
    options
        .progress()
        .step("Flink is ready after " + (System.nanoTime() - begun) / 1_000_000 + " ms.");
  }

  /**
   * How to start it.
   *
   * @param port the port of its REST API; 0 for a free one
   * @param taskManagers how many TaskManagers
   * @param heapMegabytes the heap of a TaskManager's tasks
   * @param managedMegabytes what RocksDB may take in a TaskManager
   * @param deadline how long it may take to be ready
   * @param progress hears every step
   */
  public record Options(
      int port,
      int taskManagers,
      int heapMegabytes,
      int managedMegabytes,
      Duration deadline,
      Progress progress) {
    /** A free port, two TaskManagers of 256 and 128 MB, 60 s, silent. */
    public static Options defaults() {
      return new Options(0, 2, 256, 128, Duration.ofSeconds(60), Progress.silent());
    }

    public Options withPort(int newPort) {
      return new Options(
          newPort, taskManagers, heapMegabytes, managedMegabytes, deadline, progress);
    }

    public Options withTaskManagers(int count) {
      return new Options(port, count, heapMegabytes, managedMegabytes, deadline, progress);
    }

    public Options withProgress(Progress newProgress) {
      return new Options(
          port, taskManagers, heapMegabytes, managedMegabytes, deadline, newProgress);
    }
  }

  /**
   * Starts a cluster and returns when all its TaskManagers are registered.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY},
   *     {@code SERVER_DID_NOT_START}
   */
  public static FlinkCluster start(Path directory, Options options) {
    DiskSpace.require(directory, NAME);
    return new FlinkCluster(
        new FlinkFiles(directory.toAbsolutePath()), options, Ports.choose(options.port(), NAME));
  }

  /** The address of its REST API. */
  public URI rest() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Where jobs keep their checkpoints, unless they say otherwise. */
  public Path checkpoints() {
    return files.checkpoints();
  }

  /** Where its processes keep what they work on, RocksDB's files among it. */
  public Path temporary() {
    return files.temporary();
  }

  /** The process ids of the TaskManagers, or of the last ones. */
  public synchronized List<Long> taskManagerPids() {
    return taskManagers.stream().map(ChildProcess::pid).toList();
  }

  /** The process id of the JobManager, or of the last one. */
  public synchronized long jobManagerPid() {
    return jobManager.pid();
  }

  /** Whether every process of it runs. */
  public synchronized boolean isAlive() {
    return jobManager.isAlive() && taskManagers.stream().allMatch(ChildProcess::isAlive);
  }

  /** Kills a TaskManager (SIGKILL), as a crash would. */
  public synchronized void killTaskManager(int number) {
    taskManagers.get(number).kill();
  }

  /**
   * Starts the processes again that ended, and returns when all TaskManagers are registered. Jobs
   * go on after the end of a TaskManager; after that of the JobManager they must be submitted
   * again.
   *
   * @throws EmbeddedServerException {@code SERVER_DID_NOT_START}
   */
  public synchronized void restart() {
    if (!jobManager.isAlive()) {
      LOG.warn("The JobManager ended: its jobs must be submitted again, from their checkpoints");
      jobManager = launch(FlinkFiles.Role.JOB_MANAGER, JOB_MANAGER);
      jobManager.awaitReady(() -> registered() >= 0, options.deadline());
    }
    for (int i = 0; i < taskManagers.size(); i++) {
      if (!taskManagers.get(i).isAlive()) {
        taskManagers.set(i, launch(FlinkFiles.Role.TASK_MANAGER, name(i)));
      }
    }
    awaitRegistered();
  }

  /** Ends it (SIGTERM, the TaskManagers first); kills what has not ended after 10 s. */
  public synchronized void stop() {
    taskManagers.parallelStream().forEach(process -> process.stop(PATIENCE));
    jobManager.stop(PATIENCE);
  }

  /** The same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  private static String name(int number) {
    return "taskmanager-" + number;
  }

  private ChildProcess launch(FlinkFiles.Role role, String name) {
    return ChildProcess.start(
        new ChildProcess.Spec(
            "Flink's " + name,
            files.command(role, name, options),
            Map.of(),
            files.directory(),
            ChildProcess.NO_INPUT,
            files.output(name),
            files.log(name),
            Account.current(),
            ChildProcess.Ending.TERMINATE));
  }

  /** One that was killed counts until its heartbeat is missed; more than enough is enough. */
  private void awaitRegistered() {
    taskManagers.forEach(
        process ->
            process.awaitReady(() -> registered() >= taskManagers.size(), options.deadline()));
  }

  /** How many TaskManagers the JobManager knows; -1 when it does not answer. */
  private int registered() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) rest().resolve("/overview").toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        return -1;
      }
      Matcher count =
          TASK_MANAGERS.matcher(
              new String(connection.getInputStream().readNBytes(4_096), StandardCharsets.UTF_8));
      return count.find() ? Integer.parseInt(count.group(1)) : -1;
    } catch (IOException notYet) {
      return -1;
    }
  }
}
