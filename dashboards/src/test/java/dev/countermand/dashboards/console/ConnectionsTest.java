package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers who open connections can keep the people of the console from: nothing. */
final class ConnectionsTest {
  private static final int MANY = Connections.MAX + 100;
  private static final String WHOLE = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path directory;
  private static ConsoleRig rig;

  private final List<Socket> open = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    rig =
        new ConsoleRig(
            directory, TestServers.elasticsearch().url(), Map.of(), InstantSource.system());
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  @AfterEach
  void closeAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  private Socket connected(String sent) throws IOException {
    URI console = rig.console().address();
    Socket socket = new Socket(console.getHost(), console.getPort());
    open.add(socket);
    socket.setSoTimeout(30_000);
    write(socket, sent);
    return socket;
  }

  private void tryToConnect(String sent) {
    try {
      connected(sent);
    } catch (IOException e) {
      // It was ended before it could send anything.
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static boolean isEnded(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void whoIsSignedInStaysAndWhoComesGetsInWhileStrangersHoldAllTheConnectionsTheyCan()
      throws Exception {
    Browser before = rig.signedIn(ConsoleRig.RESPONDER);
    try (Events follows = before.follow("/api/live", Map.of())) {
      for (String sent : List.of("", "GET / HTTP/1.1\r\nHost: loc", WHOLE)) {
        for (int i = 0; i < MANY; i++) {
          tryToConnect(sent);
        }

        Browser comes = rig.browser();
        // The server may still be at accepting, and ending, what was opened a moment ago.
        Awaitility.await(sent)
            .atMost(Duration.ofSeconds(4))
            .ignoreException(UncheckedIOException.class)
            .until(() -> comes.signIn(ConsoleRig.VIEWER).status() == 200);
        assertThat(comes.get("/api/overview").status()).isEqualTo(200);
        assertThat(before.get("/api/overview").status()).isEqualTo(200);
        assertThat(follows.isOver()).isFalse();
      }
    }
  }

  @Test
  void aConnectionThatSendsNoWholeRequestEndsWithinSecondsHoweverItIsKeptBusy() throws Exception {
    Socket dumb = connected("");
    Socket slow = connected("GET / HTTP/1.1\r\nHost: localhost\r\n");
    Socket whole = connected(WHOLE);
    assertThat(whole.getInputStream().read()).isEqualTo('H');

    long begin = System.nanoTime();
    Awaitility.await()
        .atMost(Connections.SILENCE.plusSeconds(10))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try {
                write(slow, "x: y\r\n");
              } catch (IOException e) {
                // It has ended, as it should.
              }
              return isEnded(slow) && isEnded(dumb);
            });
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThan(Connections.SILENCE.minusSeconds(2));
    write(whole, WHOLE);
    assertThat(isEnded(whole)).isFalse();
  }
}
