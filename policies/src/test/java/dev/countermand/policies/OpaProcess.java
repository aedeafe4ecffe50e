package dev.countermand.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Open Policy Agent on a free port of this machine. */
final class OpaProcess implements AutoCloseable {
  /** The environment variable that names the program. */
  static final String VARIABLE = "COUNTERMAND_PEERS_OPA";

  private final int port;
  private final List<String> command;
  private Process process;

  /** Starts it with policies, and waits until it is well. */
  OpaProcess(List<Path> policies, String... options) throws IOException {
    String opa = Objects.requireNonNull(System.getenv(VARIABLE), VARIABLE);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    command = new ArrayList<>(List.of(opa, "run", "--server", "--addr", "127.0.0.1:" + port));
    command.addAll(List.of("--log-level", "error", "--skip-version-check"));
    command.addAll(Arrays.asList(options));
    policies.forEach(policy -> command.add(policy.toString()));
    start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", "opa-" + port + ".log").toFile())
            .start();
    HttpCaller http = new HttpCaller(Duration.ofSeconds(2));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(IOException.class)
        .until(
            () -> {
              assertThat(process.isAlive()).as("OPA on port %s runs", port).isTrue();
              return http.call("GET", url().resolve("/health"), Map.of(), "").isSuccess();
            });
  }

  void kill() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
