package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Step;
import dev.countermand.testkit.Strangers;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever reaches the port can keep receivers from: nothing. */
final class SignalConnectionsTest {
  private static final int MANY = Transmitter.MAX_CONNECTIONS + 100;
  private static final String OK = "HTTP/1.1 200 OK";

  @TempDir Path directory;
  private SignalRig rig;
  private Strangers strangers;

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
    rig.start();
    strangers = new Strangers(rig.port);
  }

  @AfterEach
  void end() throws IOException {
    strangers.close();
    rig.close();
  }

  private static String poll(String token, String body) {
    return "POST /poll/"
        + SignalRig.POLLED
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String poll(String body) {
    return poll(SignalRig.token(SignalRig.POLLED), body);
  }

  @Test
  void aReceiverIsAnsweredAndOneThatWaitsStaysWhileStrangersHoldAllTheConnectionsTheyCan()
      throws IOException {
    Socket waits = strangers.open(poll("{\"returnImmediately\":true}"));
    assertThat(Strangers.statusLine(waits)).isEqualTo(OK);
    Strangers.write(waits, poll("{}"));
    for (String sent :
        List.of("", "POST /poll/directory HTTP/1.1\r\nHost: loc", poll("a-wrong-token", "{}"))) {
      strangers.openMany(MANY, sent);

      Awaitility.await(sent)
          .atMost(Duration.ofSeconds(5))
          .ignoreException(IOException.class)
          .until(
              () ->
                  Strangers.statusLine(strangers.open(poll("{\"returnImmediately\":true}")))
                      .equals(OK));
    }

    assertThat(Strangers.isEnded(waits)).isFalse();
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    assertThat(Strangers.statusLine(waits)).isEqualTo(OK);
  }

  @Test
  void aReceiverThatNeverEndsItsRequestsKeepsOnlyItselfOut() throws IOException {
    String never = poll("{}").replace("Content-Length: 2", "Content-Length: 3");
    strangers.openMany(Transmitter.OF_A_RECEIVER, never);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              // Takes the place that the poll before it was answered on.
              strangers.open(never);
              return Strangers.statusLine(strangers.open(poll("{\"returnImmediately\":true}")))
                  .equals("HTTP/1.1 429 Too Many Requests");
            });
    assertThat(
            rig.call("GET", "/status?stream_id=" + SignalRig.PUSHED, SignalRig.PUSHED, "").status())
        .isEqualTo(200);
  }
}
