package dev.countermand.containment.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is proved, for installations of an app, at a double. */
class GitHubInstallationTest extends RevokerContract {
  private static final RevokerFactory FACTORY = new GitHubAppRevokerFactory();
  @TempDir Path directory;
  private GitHubRig rig;

  @BeforeEach
  void start() {
    rig = new GitHubRig(directory);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Override
  protected Revoker revoker() {
    return rig.revoker(FACTORY);
  }

  @Override
  protected Revoker revokerAt(int port, Duration timeout) {
    return rig.revokerAt(FACTORY, port, timeout);
  }

  @Override
  protected Target freshTarget() {
    return rig.freshInstallation();
  }

  @Override
  protected boolean works(Target target) {
    return rig.installationWorks(target);
  }

  @Override
  protected Target unknownTarget() {
    return rig.installation("99");
  }

  @Override
  protected boolean givesBack() {
    return true;
  }

  @Test
  void theProofIsATokenThatIsRefused() {
    Target target = rig.freshInstallation();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("is suspended", "refused: 403");
  }

  @Test
  void anInstallationThatIsRemovedIsGoneForGood() {
    Target target = rig.freshInstallation().to(Rung.REVOKE);
    Map<String, String> prior = revoker().plan(target).prior();
    assertThat(revoker().plan(target).blastRadius()).contains("installed again");
    revoker().execute(target.to(Rung.SUSPEND));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);

    revoker().execute(target);
    revoker().execute(target);

    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.installationWorks(target)).isFalse();
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
  }

  @Test
  void anInstallationThatWasSuspendedBeforeStaysSo() {
    Target target = rig.freshInstallation();
    rig.suspend(target);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(target, prior);
    assertThat(rig.installationWorks(target)).isFalse();
  }

  @Test
  void anotherKeyThanTheAppsFailsForGood() {
    rig.server.answerNext(401, "{}");
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().check()).kind())
        .isEqualTo(RevokerException.Kind.FINAL);
  }
}
