package dev.countermand.containment.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract for fine-grained tokens by their id in an organisation, at a double. */
class GitHubPatTest extends RevokerContract {
  private static final RevokerFactory FACTORY = new GitHubRevokerFactory();
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
    return rig.freshPat();
  }

  @Override
  protected boolean works(Target target) {
    return rig.patWorks(target);
  }

  @Override
  protected Target unknownTarget() {
    return rig.pat("99");
  }

  @Override
  protected boolean givesBack() {
    return false;
  }

  @Test
  void aTokenIsFoundOnALaterPageToo() {
    Target target = rig.freshPat();
    rig.addPats(250);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("does not list", "elsewhere it may work");
  }

  @Test
  void whatIsBeyondTheLastPageThatIsReadIsNoProof() {
    rig.addPats(2_001);
    assertThatThrownBy(() -> revoker().verify(rig.freshPat()))
        .isInstanceOf(RevokerException.class)
        .hasMessageContaining("2000");
  }

  @Test
  void withoutAnAppTheKeysAreNamed() {
    try (Revoker revoker = rig.withoutApp()) {
      assertThatThrownBy(() -> revoker.execute(rig.freshPat())).hasMessageContaining("client-id");
    }
  }
}
