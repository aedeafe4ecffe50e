package dev.countermand.containment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iam.model.StatusType;

/** The contract, and what is proved, for access keys at moto. */
class AwsAccessKeyTest extends HttpRevokerContract {
  @AutoClose private static AccessKeyRig rig;

  @BeforeAll
  static void anAccountWithARevoker(@TempDir Path directory) {
    rig = new AccessKeyRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void theProofIsTheStatusAndARefusedCall() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("is Inactive", "refused: InvalidClientTokenId", "36 hours");
  }

  @Test
  void aDeletedKeyIsGoneForGood() {
    Target target = rig.freshTarget().to(Rung.REVOKE);
    Map<String, String> prior = revoker().plan(target).prior();
    assertThat(revoker().plan(target).blastRadius()).contains("cannot be put back");
    revoker().execute(target.to(Rung.SUSPEND));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);

    revoker().execute(target);
    revoker().execute(target);

    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(revoker().verify(target).seen())
        .contains("does not exist", "refused: InvalidClientTokenId");
    assertThat(rig.works(target)).isFalse();
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
  }

  @Test
  void aKeyThatWasInactiveBeforeStaysInactive() {
    Target target = rig.freshTarget();
    rig.set(target, StatusType.INACTIVE);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(target, prior);
    assertThat(rig.works(target)).isFalse();
  }

  @Test
  void whatWasMadeSinceIsToldWithTheProof() {
    Target target = rig.freshTarget();
    Instant since = Instant.now();
    String second =
        rig.admin.createAccessKey(call -> call.userName(target.name())).accessKey().accessKeyId();
    String other = rig.freshTarget().name();
    revoker().execute(target);
    assertThat(revoker().verify(target.takenFor(since)).seen())
        .contains("keys that user " + target.name() + " got since: " + second, "user " + other);
    assertThat(revoker().verify(target.takenFor(since.plusSeconds(3600))).seen())
        .doesNotContain(second, "come back by");
    assertThat(revoker().verify(target).seen()).doesNotContain(second, "come back by");
  }

  @Test
  void theRevokersOwnUserIsRefused() {
    Target own =
        rig.key(
            AwsRevokerRig.REVOKER,
            rig.revokersKey.accessKeyId(),
            rig.revokersKey.secretAccessKey());
    assertThat(kind(() -> revoker().plan(own))).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(kind(() -> revoker().execute(own))).isEqualTo(RevokerException.Kind.REFUSED);
  }

  @Test
  void aWrongSecretOfTheRevokerFailsForGood() {
    String wrong = Credentials.freshSecret();
    try (Revoker stranger = rig.strangersRevoker(wrong)) {
      RevokerException error = catchThrowableOfType(RevokerException.class, stranger::check);
      assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(error.getMessage()).contains("SignatureDoesNotMatch").doesNotContain(wrong);
    }
  }

  @Test
  void aSealedSecretOfAnotherKeyProvesNothingByItself() {
    Target known = rig.freshTarget();
    Target target =
        rig.key(
            known.name(),
            String.valueOf(known.handle().get("access-key-id")),
            Credentials.freshSecret());
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  private static RevokerException.Kind kind(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run).kind();
  }
}
