package dev.countermand.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node Elasticsearch in a JVM of its own, 8.19 unless another is named, on 127.0.0.1,
 * without authentication unless {@link Options#withSecurity} asks for it. Its data stays in its
 * directory from one start to the next. It ends with this JVM at the latest. Where this process is
 * root it runs as {@code nobody}.
 *
 * <p>It is the minimal build: no painless, ingest pipelines, lifecycle management, ES|QL or {@code
 * GET /}.
 *
 * <p>Safe for use by several threads.
 */
public final class ElasticsearchServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchServer.class);
  private static final String NAME = "Elasticsearch";
  private static final String SUPERUSER = "elastic";

  private final ElasticsearchFiles files;
  private final Options options;
  private final Account account;
  private final int port;
  private final String password = RandomPassword.fresh();
  private ChildProcess child;

  private ElasticsearchServer(
      ElasticsearchFiles files, Options options, Account account, int port) {
    this.files = files;
    this.options = options;
    this.account = account;
    this.port = port;
    this.child = launch();
  }

  /** Whether it asks who calls. */
  public enum Security {
    OFF,
    ON
  }

  /**
   * How to start it.
   *
   * @param port the HTTP port; 0 for a free one
   * @param heapMegabytes the largest heap of its JVM
   * @param deadline how long it may take to be ready
   * @param settings further settings of {@code elasticsearch.yml}
   * @param progress hears every step
   * @param distribution which server, on which Java
   * @param security whether it asks who calls
   */
  public record Options(
      int port,
      int heapMegabytes,
      Duration deadline,
      Map<String, String> settings,
      Progress progress,
      ElasticsearchDistribution distribution,
      Security security) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** A free port, 512 MB, two minutes, no further settings, silent, the embedded server, open. */
    public static Options defaults() {
      return new Options(
          0,
          512,
          Duration.ofMinutes(2),
          Map.of(),
          Progress.silent(),
          ElasticsearchDistribution.embedded(),
          Security.OFF);
    }

    public Options withPort(int newPort) {
      return new Options(
          newPort, heapMegabytes, deadline, settings, progress, distribution, security);
    }

    public Options withHeapMegabytes(int newHeap) {
      return new Options(port, newHeap, deadline, settings, progress, distribution, security);
    }

    public Options withSettings(Map<String, String> newSettings) {
      return new Options(
          port, heapMegabytes, deadline, newSettings, progress, distribution, security);
    }

    public Options withDistribution(ElasticsearchDistribution newDistribution) {
      return new Options(
          port, heapMegabytes, deadline, settings, progress, newDistribution, security);
    }

    /**
     * It asks who calls; {@link ElasticsearchServer#superuser} logs in by {@link
     * ElasticsearchServer#password}. Still without TLS, since it is on 127.0.0.1 only.
     */
    public Options withSecurity() {
      return new Options(
          port, heapMegabytes, deadline, settings, progress, distribution, Security.ON);
    }

    public Options withProgress(Progress newProgress) {
      return new Options(
          port, heapMegabytes, deadline, settings, newProgress, distribution, security);
    }
  }

  /**
   * Starts a server and returns when its cluster health is yellow or green. Where this process is
   * root, every user must be able to enter the directory.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY},
   *     {@code SETPRIV_MISSING}, {@code SERVER_FILES_MISSING}, {@code SERVER_DID_NOT_START}
   */
  public static ElasticsearchServer start(Path directory, Options options) {
    Account account = Account.unprivileged();
    int port = Ports.choose(options.port(), NAME);
    DiskSpace.require(directory, NAME);
    Path home = options.distribution().home(options.progress());
    return new ElasticsearchServer(
        new ElasticsearchFiles(directory.toAbsolutePath(), home), options, account, port);
  }

  /** {@code http://127.0.0.1:<port>}, the same after every restart. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The name of the user who may do everything, where security is on. */
  public String superuser() {
    return SUPERUSER;
  }

  /** That user's password, random for every start; the same after {@link #restart}. */
  public String password() {
    return password;
  }

  /** The HTTP port. */
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

  /** The server's own log; at most three files of 20 MB each. */
  public Path logFile() {
    return files.log();
  }

  /** Ends it cleanly (SIGTERM); kills it after 30 s. Does nothing when it is not running. */
  public synchronized void stop() {
    child.stop(Duration.ofSeconds(30));
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
    options.progress().step("Starting Elasticsearch on " + url() + ", log in " + files.log() + ".");
    ChildProcess started;
    try {
      account.requireReachable(files.directory(), NAME);
      account.requireReachable(files.home(), NAME);
      account.requireReachable(options.distribution().java(), NAME);
      files.write(port, secrets(), settings(), account);
      started =
          ChildProcess.start(
              new ChildProcess.Spec(
                  NAME,
                  files.command(options.heapMegabytes(), options.distribution()),
                  Map.of(
                      "LIBFFI_TMPDIR",
                      files.temporary().toString(),
                      "HOME",
                      files.temporary().toString()),
                  files.temporary(),
                  files.arguments(),
                  files.output(),
                  files.log(),
                  account,
                  ChildProcess.Ending.TERMINATE));
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "Elasticsearch's files in " + files.directory() + " cannot be written: " + e.getMessage(),
          e);
    }
    started.awaitReady(() -> Ports.accepts(port) && healthy(), options.deadline());
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.info(
        "Elasticsearch {} serves on {} after {} ms, data in {}",
        started.pid(),
        url(),
        millis,
        files.directory());
    options.progress().step("Elasticsearch is ready after " + millis + " ms.");
    return started;
  }

  private boolean isSecured() {
    return options.security() == Security.ON;
  }

  private Map<String, String> secrets() {
    return isSecured() ? Map.of("bootstrap.password", password) : Map.of();
  }

  private Map<String, String> settings() {
    Map<String, String> all = new TreeMap<>(options.settings());
    // A server that lacks it does not know the setting; one that has it is secured by default.
    if (isSecured() || Files.isDirectory(files.home().resolve("modules/x-pack-security"))) {
      all.put("xpack.security.enabled", String.valueOf(isSecured()));
    }
    return all;
  }

  private boolean healthy() {
    try {
      URI health = URI.create(url() + "/_cluster/health?wait_for_status=yellow&timeout=1s");
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(5_000);
      if (isSecured()) {
        String login = SUPERUSER + ":" + password;
        connection.setRequestProperty(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
      }
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
