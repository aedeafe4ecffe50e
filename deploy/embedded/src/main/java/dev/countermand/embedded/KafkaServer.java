package dev.countermand.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node Kafka (KRaft: broker and controller in one) in a JVM of its own, on 127.0.0.1.
 * Its data stays in its directory from one start to the next. It ends with this JVM at the latest.
 *
 * <p>Safe for use by several threads.
 */
public final class KafkaServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaServer.class);
  private static final String NAME = "Kafka";

  private final KafkaFiles files;
  private final Options options;
  private final int port;
  private final KafkaLauncher launcher;
  private ChildProcess child;

  private KafkaServer(KafkaFiles files, Options options, int port) {
    this.files = files;
    this.options = options;
    this.port = port;
    this.launcher = KafkaLauncher.ofThisJvm();
    this.child = launch();
  }

  /**
   * How to start it.
   *
   * @param port the port for clients; 0 for a free one
   * @param scramPort a further port where clients log in by SCRAM-SHA-256; 0 for none
   * @param heapMegabytes the largest heap of its JVM
   * @param deadline how long it may take to be ready
   * @param settings lines of {@code server.properties} that go before the defaults
   * @param progress hears every step
   */
  public record Options(
      int port,
      int scramPort,
      int heapMegabytes,
      Duration deadline,
      Map<String, String> settings,
      Progress progress) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** A free port, no logins, 512 MB, 60 s, no further settings, silent. */
    public static Options defaults() {
      return new Options(0, 0, 512, Duration.ofSeconds(60), Map.of(), Progress.silent());
    }

    public Options withPort(int newPort) {
      return new Options(newPort, scramPort, heapMegabytes, deadline, settings, progress);
    }

    public Options withScramPort(int newPort) {
      return new Options(port, newPort, heapMegabytes, deadline, settings, progress);
    }

    public Options withHeapMegabytes(int newHeap) {
      return new Options(port, scramPort, newHeap, deadline, settings, progress);
    }

    public Options withSettings(Map<String, String> newSettings) {
      return new Options(port, scramPort, heapMegabytes, deadline, newSettings, progress);
    }

    public Options withProgress(Progress newProgress) {
      return new Options(port, scramPort, heapMegabytes, deadline, settings, newProgress);
    }
  }

  /**
   * Starts a server and returns when it answers. An empty or missing directory is formatted first.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY},
   *     {@code SERVER_DID_NOT_START}
   */
  public static KafkaServer start(Path directory, Options options) {
    DiskSpace.require(directory, NAME);
    return new KafkaServer(
        new KafkaFiles(directory.toAbsolutePath()), options, Ports.choose(options.port(), NAME));
  }

  /** {@code 127.0.0.1:<port>}, the same after every restart. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The settings of a client that logs in by SCRAM-SHA-256, without TLS. */
  public static Map<String, String> scramLogin(String user, String password) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "SCRAM-SHA-256",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
            + user
            + "\" password=\""
            + password
            + "\";");
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

  /** The broker's own log; at most three files of 20 MB each. */
  public Path logFile() {
    return files.log();
  }

  /** Ends it cleanly (SIGTERM); kills it after 20 s. Does nothing when it is not running. */
  public synchronized void stop() {
    child.stop(Duration.ofSeconds(20));
    launcher.keepArchive(files.archive());
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

  private ChildProcess launch() {
    long begun = System.nanoTime();
    options
        .progress()
        .step("Starting Kafka on 127.0.0.1:" + port + ", log in " + files.log() + ".");
    ChildProcess started;
    try {
      files.write(port, options.scramPort(), Ports.free(), options.settings());
      started =
          ChildProcess.start(
              new ChildProcess.Spec(
                  NAME,
                  launcher.command(files, options.heapMegabytes()),
                  Map.of(),
                  files.directory(),
                  ChildProcess.NO_INPUT,
                  files.output(),
                  files.log(),
                  Account.current(),
                  ChildProcess.Ending.TERMINATE));
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "Kafka's files in " + files.directory() + " cannot be written: " + e.getMessage(),
          e);
    }
    started.awaitReady(() -> Ports.accepts(port) && answers(), options.deadline());
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.info(
        "Kafka {} serves on {} after {} ms, data in {}",
        started.pid(),
        bootstrapServers(),
        millis,
        files.directory());
    options.progress().step("Kafka is ready after " + millis + " ms.");
    return started;
  }

  private boolean answers() {
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.RETRY_BACKOFF_MS_CONFIG,
            20L,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            5_000,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            5_000);
    try (Admin admin = Admin.create(config)) {
      return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("INTERRUPTED", "interrupted while waiting for Kafka", e);
    }
  }
}
