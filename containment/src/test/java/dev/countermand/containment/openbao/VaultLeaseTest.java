package dev.countermand.containment.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved of leases, on a real OpenBao. */
@NeedsOpenBao
class VaultLeaseTest extends HttpRevokerContract {
  @AutoClose private static PrefixRig rig;

  @BeforeAll
  static void aServerWithARevoker(@TempDir Path directory) {
    rig = new PrefixRig(directory);
  }

  @AfterEach
  void theEngineAnswers() {
    rig.stick(false);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void theLeasesBelowAPrefixAreCountedFirst() {
    Target target = rig.freshTarget();
    assertThat(revoker().plan(target).blastRadius()).startsWith("2 lease(s) below accounts/creds/");
    for (int role = 0; role < 10; role++) {
      Target unused = rig.freshTarget();
    }
    Target all = rig.withoutSecret(Map.of("lease-prefix", OpenBao.ACCOUNTS + "/"));
    assertThat(revoker().plan(all).isWhole()).isFalse();
    assertThat(revoker().plan(all).blastRadius())
        .matches("more than [1-9]\\d* leases below accounts/, whoever got them");
  }

  @Test
  void oneLeaseIsRevokedAndTheOthersOfItsRoleAreLeft() {
    Target role = rig.freshTarget();
    Target target = rig.withoutSecret(Map.of("lease", rig.lease(role)));
    assertThat(revoker().plan(target).blastRadius()).startsWith("one lease, of 20");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    revoker().execute(target);
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(revoker().verify(role).life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(revoker().plan(role).blastRadius()).startsWith("2 lease(s)");
  }

  @Test
  void whatItsEngineCannotTakeAwayIsAliveAndTriedAgain() {
    Target role = rig.freshTarget();
    Target one = rig.withoutSecret(Map.of("lease", rig.lease(role)));
    rig.stick(true);
    for (Target target : new Target[] {one, role}) {
      RevokerException error = fails(() -> revoker().execute(target));
      assertThat(error.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
      assertThat(error).hasMessageContaining("secrets engine").hasMessageNotContaining("reached");
      assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
      assertThat(rig.works(role)).isTrue();
    }
    rig.stick(false);
    revoker().execute(role);
    assertThat(revoker().verify(role).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(revoker().verify(one).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.works(role)).isFalse();
  }

  /** Why a token is not said to have taken its leases along. */
  @Test
  void aTokenDiesAtOnceAndItsLeasesLater() {
    Target role = rig.unknownTarget();
    String path = String.valueOf(role.handle().get("lease-prefix"));
    rig.server.allow("reader", "path \"" + path + "\" { capabilities = [\"read\"] }", "");
    JsonNode token = rig.server.token("{'policies':['reader']}");
    String account =
        rig.server.as(token.path("client_token").asText(), path).path("account").asText();
    Target target = rig.withoutSecret(Map.of("accessor", token.path("accessor").asText()));
    rig.stick(true);
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("leases that it got are revoked");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.isThere(account)).isTrue();
    assertThat(revoker().verify(role).life()).isEqualTo(Proof.Life.ALIVE);
    rig.stick(false);
    revoker().execute(role);
    Awaitility.await().until(() -> !rig.isThere(account));
    assertThat(revoker().verify(role).life()).isEqualTo(Proof.Life.DEAD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth", "auth/token/create", "sys/x", "identity/oidc"})
  void leasesOfTokensAndOfTheServerAreRefused(String prefix) {
    for (String key : new String[] {"lease", "lease-prefix"}) {
      Target target = rig.withoutSecret(Map.of(key, prefix));
      assertThat(fails(() -> revoker().plan(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(fails(() -> revoker().execute(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "..", "accounts/../auth", "accounts//creds", " ", "/auth"})
  void aPrefixThatLeadsElsewhereIsNotAsked(String prefix) {
    for (String key : new String[] {"lease", "lease-prefix"}) {
      Target target = rig.withoutSecret(Map.of(key, prefix));
      assertThat(fails(() -> revoker().execute(target)).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
      assertThat(fails(() -> revoker().verify(target)).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
    }
  }

  @Test
  void whatHasNoLeaseAndTwoHandlesAreRegisteredWrongly() {
    assertThat(fails(() -> revoker().plan(rig.unknownTarget()))).hasMessageContaining("no lease");
    Target gone = rig.withoutSecret(Map.of("lease", "accounts/creds/x/none"));
    assertThat(fails(() -> revoker().plan(gone)).kind()).isEqualTo(RevokerException.Kind.FINAL);
    Target both = rig.withoutSecret(Map.of("lease", "accounts/x", "accessor", "y"));
    assertThat(fails(() -> revoker().plan(both))).hasMessageContaining("more than one");
  }

  private static RevokerException fails(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
