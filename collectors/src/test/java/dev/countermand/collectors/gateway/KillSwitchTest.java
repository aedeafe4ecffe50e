package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillSwitchTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir Path data;
  private KafkaSettings kafka;
  private KafkaProbe probe;
  private ScriptedScorer scorer;

  @BeforeEach
  void start() throws Exception {
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    probe = new KafkaProbe(TestServers.kafka());
    scorer = ScriptedScorer.start(kafka, action -> Decision.ALLOW);
  }

  @AfterEach
  void stop() throws Exception {
    scorer.close();
    probe.close();
  }

  private void publish(ContainmentStatus status, Instant time) {
    ContainmentState state = ContainmentStateSample.of(GatewayFixture.AGENT, status, time).build();
    probe.produce(
        kafka.topics().containmentState(),
        GatewayFixture.AGENT,
        new String(ContainmentState.CODEC.encode(state), StandardCharsets.UTF_8));
  }

  private static void await(GatewayFixture gateway, String permission) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.attempt("ls").permission().equals(permission));
  }

  /** A gateway on the same data directory for which Kafka is away. */
  private GatewayFixture withoutKafka() throws Exception {
    KafkaSettings nowhere =
        new KafkaSettings("127.0.0.1:" + GatewayFixture.freePort(), kafka.topics(), Map.of());
    return GatewayFixture.start(
        nowhere,
        data,
        GatewayFixture.config(data, Duration.ofSeconds(1), 1 << 30),
        Duration.ofMillis(500));
  }

  @Test
  void aContainedAgentIsDeniedRecordedAndToldToStopAndAReleasedOneActsAgain() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      assertThat(gateway.attempt("ls").permission()).isEqualTo("none");
      publish(ContainmentStatus.CONTAINED, NOON);
      await(gateway, "deny");

      GatewayFixture.Reply denied = gateway.attempt("pwd");
      assertThat(denied.body().at("/hookSpecificOutput/permissionDecisionReason").asText())
          .contains("order-1")
          .contains("it destroyed");
      assertThat(GatewayFixture.actions(probe, kafka, 1))
          .anyMatch(action -> "pwd".equals(action.command()));
      assertThat(GatewayFixture.verdicts(probe, kafka, 1)).anyMatch(Answer::byGateway);
      GatewayFixture.Reply prompt =
          gateway.hook("{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"go on\"}");
      assertThat(prompt.body().path("continue").asBoolean(true)).isFalse();
      assertThat(gateway.hook("{\"hook_event_name\":\"Stop\"}").raw().body()).isEqualTo("{}");
      assertThat(
              gateway
                  .hook(
                      GatewayFixture.preToolUse(
                              "Bash",
                              dev.countermand.model.json.Json.mapper()
                                  .createObjectNode()
                                  .put("command", "rm"))
                          .replace("PreToolUse", "PermissionRequest"))
                  .body()
                  .at("/hookSpecificOutput/decision/behavior")
                  .asText())
          .isEqualTo("deny");

      publish(ContainmentStatus.RELEASED, NOON.plusSeconds(60));
      await(gateway, "none");
      publish(ContainmentStatus.CONTAINED, NOON.plusSeconds(30));
      publish(ContainmentStatus.AWAITING_APPROVAL, NOON.plusSeconds(90));
      assertThat(gateway.attempt("ls").permission()).isEqualTo("none");
    }
  }

  @Test
  void itHoldsAfterARestartEvenWithKafkaAway() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      publish(ContainmentStatus.CONTAINED, NOON);
      await(gateway, "deny");
    }
    try (GatewayFixture gateway = withoutKafka()) {
      assertThat(gateway.gateway().way()).isEqualTo(Outbox.Way.AWAY);
      assertThat(gateway.attempt("ls").permission()).isEqualTo("deny");
      assertThat(gateway.count("countermand.gateway.verdicts", "by", "kill-switch")).isEqualTo(1);
    }
    publish(ContainmentStatus.RELEASED, NOON.plusSeconds(1));
    try (GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      await(gateway, "none");
    }
    try (GatewayFixture gateway = withoutKafka()) {
      assertThat(gateway.attempt("ls").permission()).isEqualTo("none");
    }
    assertThat(GatewayFixture.verdicts(probe, kafka, 1))
        .extracting(Verdict::by)
        .contains("kill-switch");
  }

  @Test
  void anUnreadableRecordOfContainedAgentsDeniesEverybodyUntilKafkaHasSpoken() throws Exception {
    Files.createDirectories(data.resolve("gateway"));
    Files.writeString(data.resolve("gateway").resolve("contained.json"), "{\"contained\":[{");
    try (GatewayFixture gateway = withoutKafka()) {
      assertThat(gateway.attempt("ls").permission()).isEqualTo("deny");
    }
    try (GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      await(gateway, "none");
    }
  }
}
