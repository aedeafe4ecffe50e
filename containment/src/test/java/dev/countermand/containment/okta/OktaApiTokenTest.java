package dev.countermand.containment.okta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.okta.OktaApiTokenTest.TokenRig;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The contract, and what is proved, for API tokens, at a double. */
class OktaApiTokenTest extends DoubleContract<TokenRig> {
  private static final String USER = "00u-agent";

  static final class TokenRig extends OktaRig {
    TokenRig(Path directory) {
      super(new OktaTokenRevokerFactory(), "token-id", directory);
      okta.users.put(USER, "ACTIVE");
    }

    @Override
    public boolean works(Target target) {
      return okta.tokens.containsKey(id(target));
    }

    @Override
    public void giveBack(Target target) {
      okta.tokens.put(
          id(target), new OktaDouble.Token(USER, target.secret().orElseThrow(), Instant.EPOCH));
    }
  }

  @Override
  protected TokenRig open(Path keys) {
    return new TokenRig(keys);
  }

  @Test
  void theProofIsATokenThatIsRefused() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("does not exist", "refused: 401");
  }

  @Test
  void aTokenThatMayNotButIsKnownIsAlive() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    rig().server().answerNext(404, "{}");
    rig().server().answerNext(403, "{}");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void noTokenOfTheRevokersOwnUserIsTouched() {
    Target own = rig().target(OktaDouble.OWN_TOKEN);
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().execute(own)).kind())
        .isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(rig().okta.tokens).containsKey(OktaDouble.OWN_TOKEN);
  }
}
