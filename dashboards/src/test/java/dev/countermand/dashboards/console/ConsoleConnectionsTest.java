package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.runtime.server.Connections;
import dev.countermand.testkit.Strangers;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers who open connections can keep the people of the console from: nothing. */
final class ConsoleConnectionsTest {
  private static final int MANY = Console.MAX_CONNECTIONS + 100;
  private static final String WHOLE = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path directory;
  private static ConsoleRig rig;

  private Strangers strangers;

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

  @BeforeEach
  void prepare() {
    strangers = new Strangers(rig.console().address().getPort());
  }

  @AfterEach
  void closeAll() throws IOException {
    strangers.close();
  }

  @Test
  void whoIsSignedInStaysAndWhoComesGetsInWhileStrangersHoldAllTheConnectionsTheyCan()
      throws Exception {
    Browser before = rig.signedIn(ConsoleRig.RESPONDER);
    try (Events follows = before.follow("/api/live", Map.of())) {
      for (String sent : List.of("", "GET / HTTP/1.1\r\nHost: loc", WHOLE)) {
        strangers.openMany(MANY, sent);

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
    Socket dumb = strangers.open("");
    Socket slow = strangers.open("GET / HTTP/1.1\r\nHost: localhost\r\n");
    Socket whole = strangers.open(WHOLE);
    assertThat(Strangers.statusLine(whole)).isEqualTo("HTTP/1.1 200 OK");

    long begin = System.nanoTime();
    Awaitility.await()
        .atMost(Connections.SILENCE.plusSeconds(10))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try {
                Strangers.write(slow, "x: y\r\n");
              } catch (IOException e) {
                // It has ended, as it should.
              }
              return Strangers.isEnded(slow) && Strangers.isEnded(dumb);
            });
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThan(Connections.SILENCE.minusSeconds(2));
    Strangers.write(whole, WHOLE);
    assertThat(Strangers.isEnded(whole)).isFalse();
  }
}
