package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.testkit.OutcomeSample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalPushTest {
  private static final String FINGERPRINT = "9f2c4be17a60d35512c8e4f7a90b6d13";

  @TempDir Path directory;
  private SignalRig rig;

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void aVerifiedKillSwitchRevokesSessionsAndADeadCredentialIsAChange() throws IOException {
    rig.start();
    ContainmentOutcome stopped = rig.outcome("agent-1", Step.KILL_SWITCH, null);
    rig.outcome("agent-1", Step.REVOKE, FINGERPRINT);
    rig.produce(
        OutcomeSample.of("agent-2", Step.REVOKE, StepState.ACCEPTED, Instant.now(), FINGERPRINT));

    List<JsonNode> claims = awaitAccepted(2);

    JsonNode session = ofType(claims, "session-revoked");
    assertThat(session.path("sub_id"))
        .isEqualTo(
            SignalRig.json(
                "{\"format\":\"iss_sub\",\"iss\":\"" + rig.issuer() + "\",\"sub\":\"agent-1\"}"));
    assertThat(session.path("txn").asText()).isEqualTo(stopped.orderId());
    assertThat(Receiver.event(session).path("event_timestamp").asLong())
        .isEqualTo(stopped.time().getEpochSecond());
    assertThat(Receiver.event(session).path("initiating_entity").asText()).isEqualTo("policy");
    assertThat(Receiver.event(session).path("reason_admin").path("en").asText()).isNotBlank();
    JsonNode change = Receiver.event(ofType(claims, "credential-change"));
    assertThat(change.path("change_type").asText()).isEqualTo("revoke");
    assertThat(change.path("credential_type").asText()).isEqualTo("api-key");
    assertThat(change.path("friendly_name").asText()).isEqualTo(FINGERPRINT);
    assertThat(change.path("reason_admin").path("en").asText()).contains(FINGERPRINT);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("keys").resolve("signals.json"))))
        .isEqualTo("rw-------");
    rig.assertNoTokenAnywhere();
  }

  @Test
  void aRiskIsToldWhenItsLevelChangesAndNotBefore() {
    rig.start();
    rig.risk("agent-1", Recommendation.NOTIFY);
    rig.risk("agent-1", Recommendation.NOTIFY);
    rig.risk("agent-1", Recommendation.ASK);
    rig.risk("agent-1", Recommendation.CONTAIN);
    rig.risk("agent-1", null);

    List<JsonNode> claims = awaitAccepted(3);

    assertThat(claims)
        .extracting(Receiver::event)
        .extracting(e -> e.path("previous_level").asText() + " " + e.path("current_level").asText())
        .containsExactlyInAnyOrder("LOW MEDIUM", "MEDIUM HIGH", "HIGH LOW");
    assertThat(claims)
        .allSatisfy(
            one -> {
              assertThat(Receiver.type(one)).endsWith("/risk-level-change");
              assertThat(Receiver.event(one).path("principal").asText()).isEqualTo("AGENT");
            });
  }

  @Test
  void theLastLevelIsRememberedByTheNextProcess() {
    rig.start();
    rig.risk("agent-1", Recommendation.ASK);
    awaitAccepted(1);
    rig.stop();
    rig.start();

    rig.risk("agent-1", Recommendation.CONTAIN);
    rig.risk("agent-1", Recommendation.NOTIFY);

    JsonNode second = Receiver.event(awaitAccepted(2).get(1));
    assertThat(second.path("previous_level").asText()).isEqualTo("HIGH");
    assertThat(second.path("current_level").asText()).isEqualTo("MEDIUM");
  }

  @Test
  void aReceiverThatFailsGetsTheSameTokenAgainUntilItAcceptsAndThenNoMore() {
    rig.start();
    rig.endpoint.turn(PushEndpoint.Mood.FAIL);
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    await().until(() -> rig.endpoint.failed.size() >= 3);

    rig.endpoint.turn(PushEndpoint.Mood.ACCEPT);

    String id = awaitAccepted(1).get(0).path("jti").asText();
    assertThat(rig.endpoint.failed).containsOnly(rig.endpoint.accepted.get(0));
    await().until(() -> rig.removals(id) == 1);
    // The next event comes through, so the transmitter had every chance to send the first again.
    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    awaitAccepted(2);
    assertThat(rig.counted(SignalRig.PUSHED, "failed")).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aTokenThatMakesTheReceiverFailHoldsUpNoOther() {
    rig.start();
    rig.endpoint.failFor(token -> payload(token).contains("agent-1"));
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    await().until(() -> !rig.endpoint.failed.isEmpty());

    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    rig.outcome("agent-3", Step.KILL_SWITCH, null);

    awaitAccepted(2);
    rig.endpoint.failFor(token -> false);
    awaitAccepted(3);
  }

  @Test
  void aRefusedTokenGoesToTheDeadLettersAndIsNotSentAgain() {
    rig.start();
    rig.endpoint.turn(PushEndpoint.Mood.REFUSE);
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    await().until(() -> rig.counted(SignalRig.PUSHED, "rejected") == 1);

    rig.endpoint.turn(PushEndpoint.Mood.ACCEPT);
    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    awaitAccepted(1);

    assertThat(rig.endpoint.refused).hasSize(1);
    List<String> letters = rig.values(rig.kafka.topics().deadLetters());
    assertThat(letters).hasSize(1);
    JsonNode letter = SignalRig.json(letters.get(0));
    assertThat(letter.at("/error/code").asText()).isEqualTo("SIGNAL_REJECTED");
    assertThat(letters.get(0)).contains("invalid_audience").doesNotContain("not me");
  }

  @Test
  void aRecordThatIsNoOutcomeGoesToTheDeadLettersAndTheNextOneIsTold() {
    rig.start();
    rig.produce(
        rig.kafka.topics().containmentOutcomes(),
        "agent-1",
        "{\"no\":\"outcome\"}".getBytes(StandardCharsets.UTF_8));
    rig.outcome("agent-1", Step.KILL_SWITCH, null);

    awaitAccepted(1);

    assertThat(rig.values(rig.kafka.topics().deadLetters()))
        .singleElement()
        .asString()
        .contains("SIGNAL_SOURCE_UNREADABLE");
  }

  /** The claims of exactly so many tokens, all checked, in the order in which they came. */
  private List<JsonNode> awaitAccepted(int count) {
    await().until(() -> rig.endpoint.accepted.size() >= count);
    assertThat(rig.endpoint.accepted).hasSize(count);
    Receiver receiver = rig.receiver(SignalRig.PUSHED);
    return rig.endpoint.accepted.stream().map(receiver::check).toList();
  }

  private static JsonNode ofType(List<JsonNode> claims, String type) {
    return claims.stream()
        .filter(one -> Receiver.type(one).endsWith("/caep/event-type/" + type))
        .findFirst()
        .orElseThrow();
  }

  private static String payload(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
