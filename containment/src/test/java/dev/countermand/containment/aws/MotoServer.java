package dev.countermand.containment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * The moto server of AWS calls on 127.0.0.1, which looks up who may do what after its first
 * actions. It is installed once, by pip, below {@code target}.
 */
final class MotoServer implements AutoCloseable {
  private static final List<String> PACKAGES =
      List.of("moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5");
  private static final Path HOME = Path.of("target", "moto-5.2.5").toAbsolutePath();

  private final int port = freePort();
  private final Process process;

  /**
   * Starts it.
   *
   * @param actionsOfAnybody how many actions it does before it asks who wants them
   */
  MotoServer(Path directory, int actionsOfAnybody) {
    install(directory);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              HOME.resolve("bin/python").toString(),
              Path.of(MotoServer.class.getResource("/aws/moto_server.py").toURI()).toString(),
              "-H",
              "127.0.0.1",
              "-p",
              String.valueOf(port));
      builder.environment().put("INITIAL_NO_AUTH_ACTION_COUNT", String.valueOf(actionsOfAnybody));
      process =
          builder
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("moto.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    Awaitility.await("moto listens")
        .atMost(Duration.ofMinutes(1))
        .until(() -> !process.isAlive() || isListening());
    assertThat(process.isAlive()).isTrue();
  }

  int port() {
    return port;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What it makes next at random is what it always makes after this seed. */
  void seed(int seed) {
    try {
      HttpCaller.Answer answer =
          new HttpCaller(Duration.ofSeconds(10))
              .call("POST", address().resolve("/moto-api/seed?a=" + seed), Map.of(), "");
      assertThat(answer.status()).isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static synchronized void install(Path directory) {
    // The tests of this module run in several processes.
    try (FileChannel file =
            FileChannel.open(
                HOME.resolveSibling("moto.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      if (!Files.exists(HOME.resolve("ready"))) {
        installAlone(directory);
        Files.createFile(HOME.resolve("ready"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void installAlone(Path directory) {
    Assumptions.assumeTrue(
        run(directory, List.of("python3", "--version")) == 0,
        "python3 is not on this machine: AWS is not tested, because moto needs it");
    assertThat(run(directory, List.of("python3", "-m", "venv", HOME.toString()))).isZero();
    List<String> pip =
        new ArrayList<>(
            List.of(HOME.resolve("bin/python").toString(), "-m", "pip", "install", "-q"));
    pip.addAll(PACKAGES);
    assertThat(run(directory, pip)).isZero();
  }

  /** Its exit code; -1 when there is no such program. */
  private static int run(Path directory, List<String> command) {
    try {
      Process program =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("install.log").toFile())
              .start();
      if (!program.waitFor(5, TimeUnit.MINUTES)) {
        program.destroyForcibly();
        return 1;
      }
      return program.exitValue();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
