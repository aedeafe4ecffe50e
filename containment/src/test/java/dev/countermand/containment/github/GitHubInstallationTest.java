package dev.countermand.containment.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract, and what is proved, for installations of an app, at a double. */
class GitHubInstallationTest extends DoubleContract<InstallationRig> {
  @Override
  protected InstallationRig open(Path keys) {
    return new InstallationRig(keys);
  }

  @Test
  void theProofIsATokenThatIsRefused() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("is suspended", "refused: 403");
  }

  @Test
  void anInstallationThatIsRemovedIsGoneForGood() {
    Target target = rig().freshTarget().to(Rung.REVOKE);
    Map<String, String> prior = revoker().plan(target).prior();
    assertThat(revoker().plan(target).blastRadius()).contains("installed again");
    revoker().execute(target.to(Rung.SUSPEND));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);

    revoker().execute(target);
    revoker().execute(target);

    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig().works(target)).isFalse();
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
  }

  @Test
  void anInstallationThatWasSuspendedBeforeStaysSo() {
    Target target = rig().freshTarget();
    rig().suspend(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(target, prior);
    assertThat(rig().works(target)).isFalse();
  }

  @Test
  void anotherKeyThanTheAppsFailsForGood() {
    rig().server().answerNext(401, "{}");
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().check()).kind())
        .isEqualTo(RevokerException.Kind.FINAL);
  }
}
