package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that scoring asks about, answered by operators while the client waits. */
final class AskTest {
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
  void anOperatorSeesWhatWaitsAndTheAttemptThatIsAllowedPassesInTheOperatorsName()
      throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply =
          rig.attempt(gateway, "deploy --password hunter22");
      JsonNode ask = rig.waiting(gateway, 1).get(0);

      assertThat(ask.path("agent").asText()).isEqualTo(GatewayFixture.AGENT);
      assertThat(ask.path("reason").asText()).isEqualTo("the script says ask");
      assertThat(ask.path("tool").asText()).isEqualTo("Bash");
      assertThat(ask.path("command").asText()).startsWith("deploy").doesNotContain("hunter22");
      assertThat(Instant.parse(ask.path("until").asText()))
          .isEqualTo(Instant.parse(ask.path("since").asText()).plus(LONG));
      assertThat(reply).isNotDone();

      String action = ask.path("action").asText();
      assertThat(rig.say(gateway, GatewayFixture.OPERATOR, action, "approve").status())
          .isEqualTo(200);
      assertThat(reply.get().permission()).isEqualTo("allow");
      assertThat(rig.reason(reply.get())).contains("alice").contains("change 4711");
      rig.waiting(gateway, 0);
      Verdict verdict = rig.byAPerson();
      assertThat(verdict.actionId()).isEqualTo(action);
      assertThat(verdict.decision()).isEqualTo(Decision.ALLOW);
      assertThat(verdict.reason()).contains("alice").contains("change 4711");
      assertThat(verdict.findings()).containsExactly(action + ":scripted");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "approved")).isEqualTo(1);
    }
  }

  @Test
  void aNoOfAnOperatorDenies() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = rig.attempt(gateway, "deploy");
      rig.say(gateway, GatewayFixture.OPERATOR, rig.theOne(gateway), "deny");
      assertThat(reply.get().permission()).isEqualTo("deny");
      assertThat(rig.reason(reply.get())).contains("alice").contains("change 4711");
      assertThat(rig.byAPerson().decision()).isEqualTo(Decision.DENY);
    }
  }

  @Test
  void anAttemptInOurOwnJsonWaitsTooAndOneOfManyLinesDoesNot() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      String json =
          "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"t\",\"input\":{\"c\":\"deploy\"}}";
      CompletableFuture<GatewayFixture.Reply> reply =
          CompletableFuture.supplyAsync(() -> gateway.action(json), rig.clients);
      rig.say(gateway, GatewayFixture.OPERATOR, rig.theOne(gateway), "approve");
      assertThat(reply.get().body().path("decision").asText()).isEqualTo("allow");
      assertThat(reply.get().body().path("by").asText()).isEqualTo("approval");

      byte[] lines = (json + "\n" + json + "\n").getBytes(StandardCharsets.UTF_8);
      assertThat(
              gateway
                  .post(
                      GatewayFixture.ACTIONS, GatewayFixture.BUILDER, "application/x-ndjson", lines)
                  .raw()
                  .body()
                  .lines())
          .hasSize(2)
          .allMatch(line -> line.contains("\"ask\""));
    }
  }

  @Test
  void aPermissionRequestThatAnOperatorAllowsIsAnsweredInItsOwnDialect() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      String request =
          GatewayFixture.preToolUse(
                  "Bash", Json.mapper().createObjectNode().put("command", "deploy"))
              .replace("PreToolUse", "PermissionRequest");
      CompletableFuture<GatewayFixture.Reply> reply =
          CompletableFuture.supplyAsync(() -> gateway.hook(request), rig.clients);
      rig.say(gateway, GatewayFixture.OPERATOR, rig.theOne(gateway), "approve");
      assertThat(reply.get().body().at("/hookSpecificOutput/decision/behavior").asText())
          .isEqualTo("allow");
    }
  }

  @Test
  void whenNobodyAnswersInTimeTheClientAsksItsOwnUser() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", Duration.ofSeconds(1))) {
      GatewayFixture.Reply reply = gateway.attempt("deploy");
      assertThat(reply.permission()).isEqualTo("ask");
      assertThat(rig.reason(reply)).isEqualTo("the script says ask");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "expired")).isEqualTo(1);
      rig.waiting(gateway, 0);
    }
  }

  @Test
  void containmentMeanwhileDeniesAtOnceAndAYesThatComesLaterChangesNothing() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = rig.attempt(gateway, "deploy");
      String action = rig.theOne(gateway);
      rig.contain();
      assertThat(reply.get().permission()).isEqualTo("deny");
      assertThat(rig.reason(reply.get())).contains("order-1");
      rig.waiting(gateway, 0);

      rig.say(gateway, GatewayFixture.OPERATOR, action, "approve");
      assertThat(gateway.attempt("deploy").permission()).isEqualTo("deny");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "contained")).isEqualTo(1);
      assertThat(GatewayFixture.verdicts(rig.probe, rig.kafka, 3))
          .noneMatch(verdict -> verdict.decision() == Decision.ALLOW);
    }
  }

  @Test
  void theTokenThatAskedAndAnyOtherOfASourceAnswersNothingAndSeesNothing() throws Exception {
    try (GatewayFixture gateway = rig.gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = rig.attempt(gateway, "deploy");
      String action = rig.theOne(gateway);
      for (String token : List.of(GatewayFixture.BUILDER, GatewayFixture.FLEET)) {
        assertThat(rig.say(gateway, token, action, "approve").status()).isEqualTo(403);
        assertThat(gateway.operate("GET", AskRig.APPROVALS, token, "").status()).isEqualTo(403);
      }
      assertThat(rig.say(gateway, "wrong", action, "approve").status()).isEqualTo(401);
      assertThat(rig.probe.readAll(rig.kafka.topics().approvals())).isEmpty();

      // An answer about the same action in another agent's name, and one that is neither.
      rig.publish(
          new Approval(action, Instant.now(), "other", Decision.ALLOW, "e", "r", Extra.NONE));
      rig.publish(rig.approval(action, Decision.ASK));
      rig.publish(rig.approval(action, Decision.DENY));
      assertThat(reply.get().permission()).isEqualTo("deny");
    }
  }

  @Test
  void withoutTheSettingNothingWaits() throws Exception {
    try (GatewayFixture gateway = rig.silent("one")) {
      assertThat(gateway.attempt("deploy").permission()).isEqualTo("ask");
      assertThat(rig.waiting(gateway, 0)).isEmpty();
    }
  }
}
