package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that wait while gateways and clients come and go. */
final class AskElsewhereTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path data;
  private AskRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new AskRig(data);
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void whatWaitsAtOneGatewayIsListedAndAnsweredAtAnother() throws Exception {
    try (GatewayFixture one = rig.gateway("one", LONG);
        GatewayFixture other = rig.gateway("other", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = rig.attempt(one, "deploy");
      JsonNode listed = rig.waiting(other, 1).get(0);
      assertThat(listed).isEqualTo(rig.waiting(one, 1).get(0));
      String action = listed.path("action").asText();
      assertThat(rig.say(other, GatewayFixture.OPERATOR, action, "approve").status())
          .isEqualTo(200);
      assertThat(reply.get().permission()).isEqualTo("allow");
      rig.waiting(other, 0);
      assertThat(rig.last(action).outcome()).isEqualTo("approved");
    }
  }

  @Test
  void whatWaitedAtAGatewayThatCrashedIsListedUntilItsTimeIsOver() throws Exception {
    Instant soon = Instant.now().plusSeconds(3);
    rig.publish(rig.asked("crashed", soon));
    rig.publish(rig.asked("over", Instant.now().minusSeconds(1)));
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      assertThat(rig.theOne(gateway)).isEqualTo("crashed");
      rig.waiting(gateway, 0);
      assertThat(Instant.now()).isAfter(soon);
    }
  }

  @Test
  void aGatewayThatEndsLetsTheClientAskAndAnAnswerToItIsNotOneToTheNextAttempt() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = rig.attempt(gateway, "deploy");
      String action = rig.theOne(gateway);
      gateway.restart();
      assertThat(reply.get().permission()).isEqualTo("ask");

      rig.say(gateway, GatewayFixture.OPERATOR, action, "approve");
      CompletableFuture<GatewayFixture.Reply> next = rig.attempt(gateway, "deploy");
      String again = rig.theOne(gateway);
      assertThat(again).isNotEqualTo(action);
      rig.say(gateway, GatewayFixture.OPERATOR, again, "deny");
      assertThat(next.get().permission()).isEqualTo("deny");
    }
  }

  @Test
  void whoeverLeavesNoLongerWaits() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + gateway.port + GatewayFixture.HOOKS))
              .header("Authorization", "Bearer " + GatewayFixture.BUILDER)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      GatewayFixture.preToolUse(
                          "Bash", Json.mapper().createObjectNode().put("command", "deploy"))))
              .build();
      CompletableFuture<HttpResponse<String>> sent =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .sendAsync(request, HttpResponse.BodyHandlers.ofString());
      rig.waiting(gateway, 1);
      sent.cancel(true);
      rig.waiting(gateway, 0);
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "left")).isEqualTo(1);
    }
  }

  @Test
  void moreThanMayWaitAreAnsweredAtOnceAndCountedWhileTheGatewayServesOthers() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      List<CompletableFuture<GatewayFixture.Reply>> held = new ArrayList<>();
      for (int n = 0; n < Asks.MAX_OF_AN_AGENT; n++) {
        held.add(rig.attempt(gateway, "deploy " + n));
      }
      JsonNode list = rig.waiting(gateway, Asks.MAX_OF_AN_AGENT);
      assertThat(gateway.attempt("deploy too").permission()).isEqualTo("ask");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "too-many")).isEqualTo(1);
      assertThat(gateway.attempt("ls").permission()).isEqualTo("none");

      list.forEach(
          ask -> rig.say(gateway, GatewayFixture.OPERATOR, ask.path("action").asText(), "approve"));
      for (CompletableFuture<GatewayFixture.Reply> one : held) {
        assertThat(one.get().permission()).isEqualTo("allow");
      }
    }
  }
}
