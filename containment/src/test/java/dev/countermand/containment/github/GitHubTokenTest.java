package dev.countermand.containment.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.CountermandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved, for tokens that are sealed, at a double. */
class GitHubTokenTest extends DoubleContract<TokenRig> {
  @Override
  protected TokenRig open(Path keys) {
    return new TokenRig(keys);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ghp_", "github_pat_", "gho_", "ghu_", "ghs_"})
  void everyKindOfTokenIsRevokedAndTriedWithoutAnAppToo(String prefix) {
    try (Revoker bare = rig().withoutApp()) {
      Target target = rig().freshToken(prefix);
      assertThat(bare.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
      bare.execute(target);
      bare.execute(target);
      assertThat(rig().works(target)).isFalse();
      assertThat(bare.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    }
  }

  @Test
  void theCallThatRevokesIsMadeByNobody() {
    revoker().execute(rig().freshToken("ghp_"));
    List<HttpDouble.Request> requests = rig().server().requests();
    assertThat(requests.get(requests.size() - 1).path()).isEqualTo("/credentials/revoke");
    assertThat(requests.get(requests.size() - 1).headers()).doesNotContainKey("Authorization");
  }

  @Test
  void aRefreshTokenIsRevokedButNotProvedDead() {
    Target target = rig().freshToken("ghr_");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
    revoker().execute(target);
    assertThat(rig().works(target)).isFalse();
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
  }

  @Test
  void whatIsNoTokenOfGitHubIsSentNowhere() {
    Target target = rig().token("sk-");
    for (Runnable call :
        List.<Runnable>of(
            () -> revoker().plan(target),
            () -> revoker().execute(target),
            () -> revoker().verify(target))) {
      assertThat(catchThrowableOfType(RevokerException.class, call::run).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
    }
    assertThat(rig().server().requests()).isEmpty();
  }

  @Test
  void a403OnATriedTokenIsNoProof() {
    Target target = rig().freshToken("ghp_");
    rig().server().answerNext(403, "{\"message\":\"" + target.secret().orElseThrow() + "\"}");
    assertThatThrownBy(() -> revoker().verify(target))
        .isInstanceOf(RevokerException.class)
        .hasMessageContaining("403")
        .hasMessageNotContaining(target.secret().orElseThrow());
  }

  @Test
  void aKeyInTheFormThatGitHubGivesItIsNamedAndHowToTurnIt() {
    assertThatThrownBy(
            () ->
                rig()
                    .create(
                        rig().server().port(),
                        Duration.ofSeconds(1),
                        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.code.client-secret")
        .hasMessageContaining("openssl pkcs8");
  }
}
