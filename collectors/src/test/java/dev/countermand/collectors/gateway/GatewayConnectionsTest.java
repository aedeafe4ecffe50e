package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.json.Json;
import dev.countermand.testkit.Strangers;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever reaches the port can keep the hooks of agents from: nothing. */
final class GatewayConnectionsTest {
  private static final int MANY = GatewayServer.MAX_CONNECTIONS + 200;
  private static final int BURST = 1_000;

  @TempDir static Path data;
  private static AskRig rig;
  private static GatewayFixture gateway;

  private Strangers strangers;

  @BeforeAll
  static void start() throws Exception {
    rig = new AskRig(data);
    gateway = rig.gateway("one", Duration.ofMinutes(5));
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    rig.close();
  }

  @BeforeEach
  void prepare() {
    strangers = new Strangers(gateway.port);
  }

  @AfterEach
  void end() throws IOException {
    strangers.close();
  }

  private static String head(String token, int length) {
    return "POST /v1/hooks/claude-code HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\nX-Countermand-Agent: agent-1\r\n\r\n";
  }

  private static String hook(String token) {
    String body =
        GatewayFixture.preToolUse("Bash", Json.mapper().createObjectNode().put("command", "ls"));
    return head(token, body.getBytes(StandardCharsets.UTF_8).length) + body;
  }

  /** Each on a connection of its own, as hooks come. */
  private static void awaitAnswer(String what) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> {
              try (Strangers one = new Strangers(gateway.port)) {
                return Strangers.statusLine(one.open(hook(GatewayFixture.BUILDER)))
                    .equals("HTTP/1.1 200 OK");
              } catch (IOException e) {
                return false;
              }
            });
  }

  @Test
  void hooksAreAnsweredAndWhoWaitsForAPersonStaysWhileStrangersHoldAllTheConnectionsTheyCan()
      throws Exception {
    CompletableFuture<GatewayFixture.Reply> waits = rig.attempt(gateway, "deploy");
    String action = rig.waiting(gateway, 1).get(0).path("action").asText();

    for (String sent :
        List.of("", "POST /v1/hooks/claude-code HTTP/1.1\r\nHost: loc", hook("a-wrong-token"))) {
      strangers.openMany(MANY, sent);

      awaitAnswer(sent);
      assertThat(waits).isNotDone();
    }

    rig.say(gateway, GatewayFixture.OPERATOR, action, "approve");
    assertThat(waits.get().permission()).isEqualTo("allow");
  }

  @Test
  void aBurstOfHooksOnNewConnectionsIsAnsweredWhole() throws Exception {
    List<Socket> burst = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      burst.add(strangers.open(""));
    }
    for (Socket one : burst) {
      Strangers.write(one, hook(GatewayFixture.FLEET));
    }

    for (Socket one : burst) {
      assertThat(Strangers.statusLine(one)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void anAgentThatNeverEndsItsRequestsKeepsOnlyItselfOut() throws Exception {
    String never = head(GatewayFixture.BUILDER, 10);
    strangers.openMany(Sources.OF_AN_AGENT, never);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              // Takes the place that the hook before it was answered on.
              strangers.open(never);
              return Strangers.statusLine(strangers.open(hook(GatewayFixture.BUILDER)))
                  .equals("HTTP/1.1 429 Too Many Requests");
            });
    assertThat(Strangers.statusLine(strangers.open(hook(GatewayFixture.FLEET))))
        .isEqualTo("HTTP/1.1 200 OK");
  }
}
