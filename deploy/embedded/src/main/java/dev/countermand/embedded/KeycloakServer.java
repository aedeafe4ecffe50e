package dev.countermand.embedded;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Keycloak on 127.0.0.1, over plain HTTP, with its database in memory: every start begins
 * with the realm {@code master} and one administrator. It ends with this JVM at the latest.
 *
 * <p>Its distribution is not among this module's dependencies: put {@code
 * org.keycloak:keycloak-quarkus-dist} (zip) on the class path as {@code servers/keycloak.zip}.
 *
 * <p>Safe for use by several threads.
 */
public final class KeycloakServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeycloakServer.class);
  private static final String NAME = "Keycloak";

  private final int port;
  private final String adminSecret;
  private final Path log;
  private final ChildProcess child;

  private KeycloakServer(KeycloakFiles files, Options options, int port) {
    this.port = port;
    this.adminSecret = RandomPassword.fresh();
    this.log = files.log();
    this.child = launch(files, options);
  }

  /**
   * How to start it.
   *
   * @param port the HTTP port; 0 for a free one
   * @param heapMegabytes the largest heap of its JVM
   * @param deadline how long it may take to be ready
   * @param progress hears every step
   */
  public record Options(int port, int heapMegabytes, Duration deadline, Progress progress) {
    /** A free port, 512 MB, two minutes, silent. */
    public static Options defaults() {
      return new Options(0, 512, Duration.ofMinutes(2), Progress.silent());
    }

    public Options withPort(int newPort) {
      return new Options(newPort, heapMegabytes, deadline, progress);
    }

    public Options withProgress(Progress newProgress) {
      return new Options(port, heapMegabytes, deadline, newProgress);
    }
  }

  /**
   * Starts a server and returns when it answers.
   *
   * @throws EmbeddedServerException {@code PORT_TAKEN}, {@code DISK_FULL}, {@code DATA_DIRECTORY},
   *     {@code SERVER_FILES_MISSING}, {@code SERVER_DID_NOT_START}
   */
  public static KeycloakServer start(Path directory, Options options) {
    int port = Ports.choose(options.port(), NAME);
    DiskSpace.require(directory, NAME);
    KeycloakDistribution distribution =
        new KeycloakDistribution(new ZipArchive("/servers/keycloak.zip"), options.progress());
    Path home =
        new ServerStore(CacheDirectory.current())
            .unpacked(distribution.name(), distribution, options.progress());
    return new KeycloakServer(new KeycloakFiles(directory.toAbsolutePath(), home), options, port);
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The client of the realm {@code master} that may do everything. */
  public String adminClient() {
    return KeycloakFiles.ADMIN_CLIENT;
  }

  /** The secret of that client, random for every start. */
  public String adminSecret() {
    return adminSecret;
  }

  /** The process id of the server, or of the one that was. */
  public long pid() {
    return child.pid();
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /** What it prints. It grows without bound: this server is for tests. */
  public Path logFile() {
    return log;
  }

  /** Ends it cleanly (SIGTERM); kills it after 20 s. Does nothing when it is not running. */
  public void stop() {
    child.stop(Duration.ofSeconds(20));
  }

  /** The same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  private ChildProcess launch(KeycloakFiles files, Options options) {
    long begun = System.nanoTime();
    options.progress().step("Starting Keycloak on " + url() + ", log in " + log + ".");
    ChildProcess started;
    try {
      Trees.createPrivate(files.temporary());
      started =
          ChildProcess.start(
              new ChildProcess.Spec(
                  NAME,
                  files.command(port, options.heapMegabytes()),
                  Map.of(
                      "KC_BOOTSTRAP_ADMIN_CLIENT_ID",
                      adminClient(),
                      "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET",
                      adminSecret),
                  files.directory(),
                  ChildProcess.NO_INPUT,
                  log,
                  log,
                  Account.current(),
                  ChildProcess.Ending.TERMINATE));
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "DATA_DIRECTORY",
          "Keycloak's files in " + files.directory() + " cannot be written: " + e.getMessage(),
          e);
    }
    started.awaitReady(() -> Ports.accepts(port) && answers(), options.deadline());
    long millis = (System.nanoTime() - begun) / 1_000_000;
    LOG.info("Keycloak {} serves on {} after {} ms", started.pid(), url(), millis);
    options.progress().step("Keycloak is ready after " + millis + " ms.");
    return started;
  }

  private boolean answers() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url() + "/realms/master").toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(5_000);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
