package dev.countermand.containment.kafkaacl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.errors.AuthorizationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is proved, on a real broker. */
class KafkaRevokerTest extends RevokerContract {
  @AutoClose private static KafkaRevokerRig rig;

  @AutoClose private final Revoker revoker = rig.revoker("keep");

  @BeforeAll
  static void aBrokerWithARevoker(@TempDir Path directory) {
    rig = new KafkaRevokerRig(directory);
  }

  @Override
  protected Revoker revoker() {
    return revoker;
  }

  @Override
  protected Revoker revokerAt(int port, Duration timeout) {
    return rig.revokerAt(port, timeout);
  }

  @Override
  protected Target freshTarget() {
    return rig.freshTarget();
  }

  @Override
  protected boolean works(Target target) {
    return rig.works(target);
  }

  @Override
  protected Target unknownTarget() {
    return rig.target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  @Override
  protected boolean givesBack() {
    return true;
  }

  @Test
  void openConnectionsAreOfNoUseAndAreOfUseAgainAfterTheRestoration() {
    Target target = rig.freshTarget();
    String user = KafkaRevokerRig.user(target);
    try (LiveUser live =
        new LiveUser(
            rig.kafka.scramBootstrap(),
            SecuredKafka.login(user, target.secret().orElseThrow()),
            KafkaRevokerRig.TOPIC,
            user)) {
      assertThat(live.writes(user + " before")).isTrue();
      awaitRead(live, user + " before");
      Map<String, String> prior = revoker.plan(target).prior();
      revoker.execute(target);

      assertThat(live.writes(user + " contained")).isFalse();
      Awaitility.await("the consumer is refused")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThatThrownBy(live::reads).isInstanceOf(AuthorizationException.class));
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);

      revoker.undo(target, prior);
      assertThat(live.writes(user + " after")).isTrue();
      awaitRead(live, user + " after");
    }
  }

  @Test
  void theProofIsALookAsTheUserWhereItsPasswordIsSealed() {
    Target target = rig.freshTarget();
    revoker.execute(target);
    assertThat(revoker.verify(target).seen())
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
    revoker.execute(target);
    Proof proof = revoker.verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("read back", "no connection of it was tried", "super user");
  }

  @Test
  void withoutThePasswordAUserThatNothingAllowsAnythingIsNotCalledDead() {
    String user = KafkaProbe.uniqueName("unlisted");
    rig.kafka.createUser(user);
    revoker.execute(rig.withoutSecret(user));
    Proof proof = revoker.verify(rig.withoutSecret(user));
    assertThat(proof.life()).isEqualTo(Proof.Life.UNKNOWN);
    assertThat(proof.seen()).contains("super user");
  }

  @Test
  void aSuperUserIsSeenToBeAlive() {
    Target root =
        rig.target(SecuredKafka.SUPER_USER, rig.kafka.createUser(SecuredKafka.SUPER_USER));
    Map<String, String> prior = revoker.plan(root).prior();
    revoker.execute(root);
    Proof proof = revoker.verify(root);
    revoker.undo(root, prior);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("super.users");
  }

  @Test
  void deletingTheLoginIsSaidBeforeItIsDoneAndCannotBeGivenBack() {
    try (Revoker deleting = rig.revoker("delete")) {
      Target target = rig.freshTarget();
      Plan plan = deleting.plan(target);
      assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
      assertThat(plan.blastRadius()).contains("SCRAM-SHA-256", "cannot be put back");
      assertThat(deleting.execute(target)).contains("SCRAM-SHA-256 are deleted");
      deleting.execute(target);

      Proof proof = deleting.verify(target);
      assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
      assertThat(proof.seen()).contains("no SCRAM credential", "a login", "was refused");

      Restoration restoration = deleting.undo(target, plan.prior());
      assertThat(restoration.result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
      assertThat(restoration.detail()).contains("new password");
      assertThat(rig.denialsOf(KafkaRevokerRig.user(target))).isEmpty();
    }
  }

  private static void awaitRead(LiveUser live, String value) {
    Awaitility.await("the consumer reads " + value)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(AuthorizationException.class)
        .until(() -> live.reads().contains(value));
  }
}
