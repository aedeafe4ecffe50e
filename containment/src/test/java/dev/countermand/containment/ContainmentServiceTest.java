package dev.countermand.containment;

import static dev.countermand.model.StepState.ACCEPTED;
import static dev.countermand.model.StepState.AWAITING_APPROVAL;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.OBSERVED;
import static dev.countermand.model.StepState.REFUSED;
import static dev.countermand.model.StepState.REQUESTED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Credential;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Step;
import dev.countermand.model.TakenCredential;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainmentServiceTest {
  private static final String AGENT = "agent-7";

  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
  }

  @Test
  void anOrderStopsTheAgentFirstAndThenKillsItsCredentialAndProvesIt() throws IOException {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);

    ContainmentOutcome proof = rig.await(order, Step.REVOKE, VERIFIED);

    assertThat(rig.server.isActive(token.secret())).isFalse();
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).containsExactly(REQUESTED, VERIFIED);
    assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(REQUESTED, ACCEPTED, VERIFIED);
    assertThat(proof.proof()).isEqualTo("introspection says active: false");
    assertThat(proof.requestedAt()).isBeforeOrEqualTo(proof.acceptedAt());
    assertThat(proof.acceptedAt()).isBeforeOrEqualTo(proof.verifiedAt());
    assertThat(proof.duration())
        .isEqualTo(Duration.between(order.actionTime(), proof.time()).toNanos());
    ContainmentState state = rig.state(AGENT).orElseThrow();
    assertThat(state.status()).isEqualTo(ContainmentStatus.CONTAINED);
    assertThat(state.orderId()).isEqualTo(order.id());
    assertThat(state.credentials())
        .extracting(TakenCredential::fingerprint)
        .containsExactly(token.fingerprint());
    rig.assertNowhere(token.secret());
  }

  @Test
  void theIntentIsOnKafkaBeforeTheProviderIsAsked() {
    Rig.Token token = rig.token();
    rig.server.hang();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    ContainmentOutcome intent = rig.await(order, Step.REVOKE, REQUESTED);
    assertThat(intent.prior()).containsEntry("grade", "re-issuable");
    assertThat(rig.state(AGENT).orElseThrow().credentials())
        .singleElement()
        .satisfies(taken -> assertThat(taken.prior()).isEqualTo(intent.prior()));
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void theSameOrderTwiceIsDoneOnce() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, VERIFIED);
    rig.send(order);
    ContainmentOrder next = rig.contain(AGENT);
    rig.await(next, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
    assertThat(rig.server.revocations()).isEqualTo(1);
  }

  @Test
  void aFurtherOrderTakesOnlyWhatIsNew() {
    Rig.Token first = rig.token();
    Rig.Token second = rig.token();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, first), Step.REVOKE, VERIFIED);
    ContainmentOrder order = rig.contain(AGENT, first, second);
    assertThat(rig.await(order, Step.KILL_SWITCH, VERIFIED).proof()).contains("is on since");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(rig.states(order.id(), Step.REVOKE))
                    .containsExactlyInAnyOrder(VERIFIED, REQUESTED, ACCEPTED, VERIFIED));
    assertThat(rig.server.revocations()).isEqualTo(2);
  }

  @Test
  void observingTouchesNothing() {
    Rig.Token token = rig.token();
    rig.start(Mode.OBSERVE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, OBSERVED);
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).containsExactly(OBSERVED);
    assertThat(rig.state(AGENT)).isEmpty();
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void anApprovedOrderIsCarriedOutEvenAfterARestart() {
    Rig.Token token = rig.token();
    ContainmentService first = rig.start(Mode.APPROVE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(rig.state(AGENT).orElseThrow().status())
                    .isEqualTo(ContainmentStatus.AWAITING_APPROVAL));
    first.close();
    rig.start(Mode.APPROVE);
    assertThat(rig.server.isActive(token.secret())).isTrue();

    rig.approve(order, Decision.ALLOW);

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.await(order, Step.KILL_SWITCH, VERIFIED).reason()).contains("grace");
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.CONTAINED);
  }

  @Test
  void anApprovalGivenWhileNobodyRanCountsAtTheNextStart() {
    Rig.Token token = rig.token();
    ContainmentService first = rig.start(Mode.APPROVE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    first.close();
    rig.approve(order, Decision.ALLOW);
    rig.start(Mode.APPROVE);
    rig.await(order, Step.REVOKE, VERIFIED);
  }

  @Test
  void aDeniedOrderIsDropped() {
    Rig.Token token = rig.token();
    rig.start(Mode.APPROVE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.approve(order, Decision.DENY);
    assertThat(rig.await(order, Step.KILL_SWITCH, REFUSED).reason()).contains("grace");
    rig.approve(order, Decision.ALLOW);
    ContainmentOrder next = rig.contain(AGENT);
    rig.await(next, Step.KILL_SWITCH, AWAITING_APPROVAL);
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void aProtectedAgentIsNeverContained() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE, List.of(AGENT), List.of());
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.KILL_SWITCH, REFUSED);
    rig.await(rig.contain("agent-8"), Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.state(AGENT)).isEmpty();
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void aProtectedCredentialStaysByNameAndByFingerprintWhileTheAgentIsStopped() {
    Rig.Token byName = rig.token();
    Rig.Token byFingerprint = rig.token();
    rig.start(
        Mode.ENFORCE, List.of(), List.of(byName.credential().name(), byFingerprint.fingerprint()));
    ContainmentOrder order = rig.contain(AGENT, byName, byFingerprint);
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(REFUSED, REFUSED));
    assertThat(rig.server.isActive(byName.secret())).isTrue();
    assertThat(rig.server.isActive(byFingerprint.secret())).isTrue();
  }

  @Test
  void aCredentialNobodyRegisteredIsSaidSoAndTakenOnceSomebodyDoes() {
    Rig.Token token = rig.unregisteredToken();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason()).contains("Nobody has registered");
    rig.register(token.credential());
    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
  }

  @Test
  void afterTheFingerprintKeyWasRotatedACredentialIsTakenByEitherFingerprint() {
    Rig.Token early = rig.unregisteredToken();
    Rig.Token late = rig.unregisteredToken();
    Credential rotated = rig.credentials.rotated(late.credential(), late.secret());
    rig.register(rig.credentials.rotated(early.credential(), early.secret()));
    rig.register(rotated);
    rig.start(Mode.ENFORCE);

    ContainmentOrder byOld = rig.contain(AGENT, early);
    ContainmentOrder byNew = rig.contain(AGENT, new Rig.Token(late.secret(), rotated));

    assertThat(rig.await(byOld, Step.REVOKE, VERIFIED).credential()).isEqualTo(early.fingerprint());
    assertThat(rig.await(byNew, Step.REVOKE, VERIFIED).credential())
        .isEqualTo(rotated.fingerprint());
    assertThat(rig.server.isActive(early.secret())).isFalse();
    assertThat(rig.server.isActive(late.secret())).isFalse();
  }

  @Test
  void whatIsProtectedByItsOldFingerprintStaysProtected() {
    Rig.Token token = rig.unregisteredToken();
    Credential rotated = rig.credentials.rotated(token.credential(), token.secret());
    rig.register(rotated);
    rig.start(Mode.ENFORCE, List.of(), List.of(token.fingerprint()));

    ContainmentOrder order = rig.contain(AGENT, new Rig.Token(token.secret(), rotated));

    rig.await(order, Step.REVOKE, REFUSED);
    assertThat(rig.server.isActive(token.secret())).isTrue();
  }

  @Test
  void aCredentialOfAnUnknownProviderFailsAndNamesTheKey() {
    Rig.Token token = rig.unregisteredToken("nowhere");
    rig.register(token.credential());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    assertThat(rig.await(order, Step.REVOKE, FAILED).reason()).contains("containment.providers");
  }

  @Test
  void anUnreadableOrderGoesToTheDeadLettersAndTheNextIsDone() {
    rig.start(Mode.ENFORCE);
    rig.put(
        rig.kafka.topics().containmentOrders(),
        AGENT,
        "{\"event\":{\"id\":7".getBytes(StandardCharsets.UTF_8));
    rig.await(rig.contain(AGENT), Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.read(rig.kafka.topics().deadLetters(), DeadLetter.CODEC))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.code()).isEqualTo("ORDER_UNREADABLE");
              assertThat(letter.topic()).isEqualTo(rig.kafka.topics().containmentOrders());
            });
  }

  @Test
  void aReleaseTurnsTheKillSwitchOffAndSaysThatATokenCannotComeBack() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, VERIFIED);

    ContainmentOrder release = rig.release(AGENT);

    ContainmentOutcome released = rig.await(release, Step.RELEASE, VERIFIED);
    assertThat(released.reason()).contains("ada").contains("false alarm");
    assertThat(rig.await(release, Step.RESTORE, FAILED).reason())
        .contains("register the new token");
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.RELEASED);
  }

  @Test
  void anOldOrderThatComesAgainAfterTheReleaseDoesNotContain() {
    rig.start(Mode.ENFORCE);
    ContainmentOrder old = rig.contain(AGENT);
    rig.await(old, Step.KILL_SWITCH, VERIFIED);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    rig.send(old);
    ContainmentOrder nothing = rig.release(AGENT);
    assertThat(rig.await(nothing, Step.RELEASE, VERIFIED).proof()).contains("was not contained");

    ContainmentOrder fresh = rig.contain(AGENT);
    rig.await(fresh, Step.KILL_SWITCH, VERIFIED);
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.CONTAINED);
  }

  @Test
  void scoringCannotRelease() {
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT), Step.KILL_SWITCH, VERIFIED);
    ContainmentOrder release = Rig.order(OrderKind.RELEASE, AGENT, "scoring", List.of());
    rig.send(release);
    rig.await(release, Step.RELEASE, REFUSED);
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.CONTAINED);
  }

  @Test
  void aReleaseDropsWhatStillWaitsForAPerson() {
    rig.start(Mode.APPROVE);
    ContainmentOrder order = rig.contain(AGENT);
    rig.await(order, Step.KILL_SWITCH, AWAITING_APPROVAL);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    rig.await(order, Step.KILL_SWITCH, REFUSED);
    rig.approve(order, Decision.ALLOW);
    rig.await(rig.contain(AGENT), Step.KILL_SWITCH, AWAITING_APPROVAL);
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).doesNotContain(VERIFIED);
  }

  @Test
  void anAgentCannotFloodWhatWaitsForAPerson() {
    rig.start(Mode.APPROVE);
    ContainmentOrder first = rig.contain(AGENT);
    for (int i = 1; i < WaitingOrders.MAX_WAITING; i++) {
      rig.contain(AGENT);
    }
    ContainmentOrder tooMany = rig.contain(AGENT);
    assertThat(rig.await(tooMany, Step.KILL_SWITCH, FAILED).reason()).contains("approve or deny");
    rig.approve(first, Decision.ALLOW);
    rig.await(first, Step.KILL_SWITCH, VERIFIED);
  }

  @Test
  void timesAndOutcomesAreMeasured() {
    Rig.Token token = rig.token();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, token), Step.REVOKE, VERIFIED);
    assertThat(
            rig.meters
                .get("countermand.containment.time")
                .tags("step", "revoke", "provider", Rig.AUTH)
                .timer()
                .count())
        .isEqualTo(1);
    assertThat(
            rig.meters
                .get("countermand.containment.outcomes")
                .tags("step", "revoke", "state", "accepted")
                .counter()
                .count())
        .isEqualTo(1);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        rig.meters.get("countermand.containment.orders.in.flight").gauge().value())
                    .isZero());
  }
}
