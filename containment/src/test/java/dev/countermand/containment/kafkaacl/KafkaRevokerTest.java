package dev.countermand.containment.kafkaacl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.Rung;
import dev.countermand.testkit.KafkaProbe;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.errors.AuthorizationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The contract, and what is proved, on a real broker. */
class KafkaRevokerTest extends RevokerContract {
  private final KafkaRevokerRig rig = KafkaRevokerRig.shared();

  @Override
  protected RevokerRig rig() {
    return rig;
  }

  @Test
  void openConnectionsAreOfNoUseAndAreOfUseAgainAfterTheRestoration() {
    Target target = rig.freshTarget();
    String user = KafkaRevokerRig.user(target);
    try (LiveUser live = live(target)) {
      assertThat(live.writes(user + " before")).isTrue();
      awaitRead(live, user + " before");
      Map<String, String> prior = revoker().plan(target).prior();
      revoker().execute(target);

      assertThat(live.writes(user + " contained")).isFalse();
      Awaitility.await("the consumer is refused")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThatThrownBy(live::reads).isInstanceOf(AuthorizationException.class));
      assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);

      revoker().undo(target, prior);
      assertThat(live.writes(user + " after")).isTrue();
      awaitRead(live, user + " after");
    }
  }

  @Test
  void theProofIsALookAsTheUserWhereItsPasswordIsSealed() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains(
            "6 denials",
            "read back",
            "logged in as " + KafkaRevokerRig.user(target),
            "sees no topic");
  }

  @Test
  void withoutThePasswordTheProofSaysThatNothingWasTried() {
    Target known = rig.freshTarget();
    Target target = rig.withoutSecret(KafkaRevokerRig.user(known));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("read back", "no connection of it was tried", "super user");
  }

  @Test
  void withoutThePasswordAUserThatNothingAllowsAnythingIsNotCalledDead() {
    String user = KafkaProbe.uniqueName("unlisted");
    rig.kafka.createUser(user);
    revoker().execute(rig.withoutSecret(user));
    Proof proof = revoker().verify(rig.withoutSecret(user));
    assertThat(proof.life()).isEqualTo(Proof.Life.UNKNOWN);
    assertThat(proof.seen()).contains("super user");
  }

  @Test
  void aSuperUserIsSeenToBeAlive() {
    Target root =
        rig.target(SecuredKafka.SUPER_USER, rig.kafka.createUser(SecuredKafka.SUPER_USER));
    Map<String, String> prior = revoker().plan(root).prior();
    revoker().execute(root);
    Proof proof = revoker().verify(root);
    revoker().undo(root, prior);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("super.users");
  }

  @Test
  void aConsumerThatIsNarrowedGoesOnAndItsProducerDoesNot() {
    Target target = rig.freshTarget().to(Rung.NARROW);
    String user = KafkaRevokerRig.user(target);
    try (LiveUser live = live(target)) {
      assertThat(live.writes(user + " before")).isTrue();
      awaitRead(live, user + " before");
      revoker().execute(target);
      assertThat(live.writes(user + " narrowed")).isFalse();
      assertThat(rig.changes(rig.freshTarget())).isTrue();
      awaitRead(live, "a record");
      assertThat(revoker().verify(target).seen())
          .contains("14 denials", "it may change 0 of 1 topic(s) and not the cluster");
    }
  }

  @Test
  void aSuperUserIsSeenToChangeWhatItLikes() {
    Target root =
        rig.target(SecuredKafka.SUPER_USER, rig.kafka.createUser(SecuredKafka.SUPER_USER))
            .to(Rung.NARROW);
    Map<String, String> prior = revoker().plan(root).prior();
    revoker().execute(root);
    Proof proof = revoker().verify(root);
    revoker().undo(root, prior);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("super.users");
  }

  @Test
  void deletingTheLoginIsSaidBeforeItIsDoneAndCannotBeGivenBack() {
    Target target = rig.freshTarget().to(Rung.REVOKE);
    Plan plan = revoker().plan(target);
    assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
    assertThat(plan.blastRadius()).contains("SCRAM-SHA-256", "cannot be put back");
    assertThat(revoker().execute(target)).contains("SCRAM-SHA-256 are deleted");
    assertThat(revoker().verify(target).seen())
        .contains("no SCRAM credential", "a login", "was refused");
    assertThat(revoker().undo(target, plan.prior()).detail()).contains("new password");
    assertThat(rig.denialsOf(KafkaRevokerRig.user(target))).isEmpty();
  }

  private LiveUser live(Target target) {
    String user = KafkaRevokerRig.user(target);
    return new LiveUser(
        rig.kafka.scramBootstrap(),
        KafkaServer.scramLogin(user, target.secret().orElseThrow()),
        KafkaRevokerRig.TOPIC,
        user);
  }

  private static void awaitRead(LiveUser live, String value) {
    Awaitility.await("the consumer reads " + value)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(AuthorizationException.class)
        .until(() -> live.reads().contains(value));
  }
}
