package dev.countermand.containment.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract for fine-grained tokens by their id in an organisation, at a double. */
class GitHubPatTest extends DoubleContract<PatRig> {
  @Override
  protected PatRig open(Path keys) {
    return new PatRig(keys);
  }

  @Test
  void aTokenIsFoundOnALaterPageToo() {
    Target target = rig().freshTarget();
    rig().addPats(250);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("does not list", "elsewhere it may work");
  }

  @Test
  void whatIsBeyondTheLastPageThatIsReadIsNoProof() {
    rig().addPats(2_001);
    assertThatThrownBy(() -> revoker().verify(rig().freshTarget()))
        .isInstanceOf(RevokerException.class)
        .hasMessageContaining("2000");
  }

  @Test
  void withoutAnAppTheKeysAreNamed() {
    try (Revoker bare = rig().withoutApp()) {
      assertThatThrownBy(() -> bare.execute(rig().freshTarget())).hasMessageContaining("client-id");
    }
  }
}
