package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesApiTest {
  private static final String PATH = "/v1/containment";

  @TempDir Path data;

  private static String body(String order, String done, String state) {
    return """
        {"order":"%s","done":"%s","state":"%s","detail":"2 process(es)"}"""
        .formatted(order, done, state);
  }

  @Test
  void theTokenOfAnAgentSpeaksForItsOwnProcessesAndTheOrderThatHoldsOnly() throws Exception {
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka());
        GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      String token = GatewayFixture.BUILDER;
      assertThat(gateway.operate("GET", PATH, token, "").raw().body())
          .isEqualTo("{\"agent\":\"agent-1\",\"contained\":false}");
      assertThat(gateway.operate("POST", PATH, token, body("o-1", "stopped", "verified")).code())
          .isEqualTo("ORDER_NOT_CURRENT");
      assertThat(gateway.operate("GET", PATH, GatewayFixture.OPERATOR, "").status()).isEqualTo(401);
      assertThat(
              gateway
                  .post(
                      PATH,
                      token,
                      "application/json",
                      body("o-1", "stopped", "verified").getBytes(StandardCharsets.UTF_8),
                      "X-Countermand-Agent",
                      "agent-2")
                  .code())
          .isEqualTo("SOURCE_NOT_THIS_AGENT");

      publish(probe, kafka, ContainmentStatus.CONTAINED, "o-1");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  gateway
                      .operate("GET", PATH, token, "")
                      .body()
                      .path("rung")
                      .asText()
                      .equals("suspend"));
      assertThat(gateway.operate("POST", PATH, token, body("o-0", "stopped", "verified")).status())
          .isEqualTo(409);
      assertThat(
              gateway.operate("POST", PATH, token, body("o-1", "continued", "verified")).status())
          .isEqualTo(409);
      assertThat(gateway.operate("POST", PATH, token, body("o-1", "freed", "verified")).status())
          .isEqualTo(400);
      for (int n = 0; n < 3; n++) {
        assertThat(
                gateway.operate("POST", PATH, token, body("o-1", "stopped", "verified")).status())
            .isEqualTo(200);
      }
      publish(probe, kafka, ContainmentStatus.RELEASED, "o-2");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  gateway.operate("POST", PATH, token, body("o-2", "continued", "failed")).status()
                      == 200);

      List<ContainmentOutcome> outcomes =
          probe.awaitAtLeast(kafka.topics().containmentOutcomes(), 2).stream()
              .map(m -> m.value().getBytes(StandardCharsets.UTF_8))
              .map(ContainmentOutcome.CODEC::decode)
              .toList();
      assertThat(outcomes)
          .extracting(ContainmentOutcome::id)
          .containsExactly("o-1:process:stopped:verified", "o-2:process:continued:failed");
      ContainmentOutcome stopped = outcomes.get(0);
      assertThat(stopped.step()).isEqualTo(Step.PROCESS);
      assertThat(stopped.state()).isEqualTo(StepState.VERIFIED);
      assertThat(stopped.agentId()).isEqualTo(GatewayFixture.AGENT);
      assertThat(stopped.proof()).isEqualTo("2 process(es)");
      assertThat(stopped.verifiedAt()).isNotNull();
      assertThat(outcomes.get(1).verifiedAt()).isNull();
    }
  }

  private static void publish(
      KafkaProbe probe, KafkaSettings kafka, ContainmentStatus status, String order) {
    ContainmentState state =
        ContainmentStateSample.of(GatewayFixture.AGENT, status, Instant.now())
            .order(order)
            .to(status == ContainmentStatus.CONTAINED ? Rung.SUSPEND : null)
            .build();
    probe.produce(
        kafka.topics().containmentState(),
        GatewayFixture.AGENT,
        new String(ContainmentState.CODEC.encode(state), StandardCharsets.UTF_8));
  }
}
