package dev.countermand.containment.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, what is proved and whom it touches, on a real Keycloak. */
class KeycloakRevokerTest extends HttpRevokerContract {
  private static KeycloakRevokerRig rig;

  @BeforeAll
  static void aRealmWithARevoker(@TempDir Path directory) {
    rig = new KeycloakRevokerRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void theProofIsARefusedGrantAnInactiveTokenAndARefusedRefresh() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains(
            "is disabled and has no session",
            "a client-credentials grant is refused with 401",
            "active: false",
            "a refresh is refused with 40");
  }

  @Test
  void whereIntrospectionShowsTheRevokerNothingTheProofDoesNotRestOnIt() {
    String narrow = KafkaProbe.uniqueName("narrow");
    rig.realm.serviceAccount(narrow, KeycloakRevokerRig.SECRET, "manage-clients", "manage-users");
    Target target = rig.freshTarget();
    try (Revoker blind =
        rig.create(
            rig.server.url(), narrow, KeycloakRevokerRig.SECRET, KeycloakRevokerRig.TIMEOUT)) {
      blind.execute(target);
      Proof proof = blind.verify(target);
      assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
      assertThat(proof.seen())
          .contains("introspection did not show", "a refresh is refused with 40")
          .doesNotContain("active:");
    }
  }

  @Test
  void withoutItsSecretTheProofSaysThatNothingWasTried() {
    Target known = rig.freshTarget();
    Target target =
        rig.credentials.withoutSecret(
            KeycloakRevokerRig.client(known),
            "oauth2-client",
            "kc",
            Map.of("client", KeycloakRevokerRig.client(known)));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("the admin API says", "nothing was tried");
    assertThat(rig.works(known)).isFalse();
  }

  @Test
  void tokensOfBeforeStayDeadWhenTheClientIsGivenBackAndNewOnesLive() {
    Target target = rig.freshTarget();
    String before = rig.token(target);
    assertThat(rig.isActive(before)).isTrue();
    JsonNode description = rig.realm.client(KeycloakRevokerRig.client(target));
    Plan plan = revoker().plan(target);
    assertThat(plan.blastRadius()).contains("end for good");

    revoker().execute(target);
    assertThat(rig.isActive(before)).isFalse();
    revoker().undo(target, plan.prior());

    assertThat(rig.isActive(before)).isFalse();
    assertThat(rig.isActive(rig.token(target))).isTrue();
    assertThat(rig.realm.client(KeycloakRevokerRig.client(target))).isEqualTo(description);
  }

  @Test
  void theSecretOfAClientIsAnotherOneAfterItIsRevoked() {
    Target target = rig.freshTarget().to(Rung.REVOKE);
    Plan plan = revoker().plan(target);
    assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
    assertThat(plan.blastRadius()).contains("(secret) is destroyed and cannot be put back");
    assertThat(revoker().execute(target)).contains("its secret destroyed");
    assertThat(revoker().verify(target).seen())
        .contains("its secret is another one", "a client-credentials grant is refused with 401");

    assertThat(revoker().undo(target, plan.prior()).detail())
        .contains("enabled again", "Give it a new one");
    String client = KeycloakRevokerRig.client(target);
    String next = rig.realm.client(client).path("secret").asText();
    assertThat(rig.realm.grant(client, next).isSuccess()).isTrue();
  }

  @Test
  void thePasswordOfAUserIsGoneAfterItIsRevoked() {
    String user = KafkaProbe.uniqueName("ada");
    String password = Credentials.freshSecret();
    rig.realm.user(user, password);
    Target target = rig.user(user, password).to(Rung.REVOKE);
    Plan plan = revoker().plan(target);
    assertThat(plan.blastRadius()).contains("(password) is destroyed");
    revoker().execute(target.to(Rung.SUSPEND));
    assertThat(revoker().verify(target).seen()).contains("still has password");
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("it has no credential");

    assertThat(revoker().undo(target, plan.prior()).result())
        .isEqualTo(Restoration.Result.IMPOSSIBLE);
    assertThat(rig.realm.user(user).path("enabled").asBoolean()).isTrue();
    assertThat(
            rig.passwordLogin(KeycloakRevokerRig.PUBLIC, "", user, password, "openid").isSuccess())
        .isFalse();
  }

  @Test
  void aClientWithoutASecretIsSuspendedAndNotRevoked() {
    Target target =
        rig.credentials
            .withoutSecret(
                "phone", "oauth2-client", "kc", Map.of("client", KeycloakRevokerRig.PUBLIC))
            .to(Rung.REVOKE);
    for (Runnable call :
        List.<Runnable>of(() -> revoker().plan(target), () -> revoker().execute(target))) {
      RevokerException failed = failure(call);
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("suspend");
    }
    assertThat(rig.realm.client(KeycloakRevokerRig.PUBLIC).path("enabled").asBoolean()).isTrue();
  }

  @Test
  void aClientThatWasDisabledBeforeIsNotEnabledByGivingItBack() {
    Target target = rig.freshTarget();
    rig.realm.disable(KeycloakRevokerRig.client(target));
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(target, prior);
    assertThat(rig.works(target)).isFalse();
  }

  @Test
  void theRevokersOwnClientAndThoseThatManageTheRealmAreRefused() {
    for (Map<String, String> handle :
        List.of(
            Map.of("client", KeycloakRevokerRig.REVOKER),
            Map.of("client", Realm.MANAGEMENT),
            Map.of("client", "admin-cli"),
            Map.of("user", "service-account-" + KeycloakRevokerRig.REVOKER))) {
      Target target = rig.credentials.withoutSecret("own", "oauth2-client", "kc", handle);
      assertThat(failure(() -> revoker().plan(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(failure(() -> revoker().execute(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
    assertThat(rig.realm.client(KeycloakRevokerRig.REVOKER).path("enabled").asBoolean()).isTrue();
  }

  @Test
  void aRevokerWithoutTheRolesFailsForGoodAndNamesThem() {
    String weak = KafkaProbe.uniqueName("weak");
    rig.realm.serviceAccount(weak, KeycloakRevokerRig.SECRET, "view-clients", "view-users");
    Target target = rig.freshTarget();
    try (Revoker viewer =
        rig.create(rig.server.url(), weak, KeycloakRevokerRig.SECRET, KeycloakRevokerRig.TIMEOUT)) {
      RevokerException failed = failure(() -> viewer.execute(target));
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("manage-clients", "manage-users");
    }
    String wrong = Credentials.freshSecret();
    try (Revoker stranger =
        rig.create(
            rig.server.url(), KeycloakRevokerRig.REVOKER, wrong, KeycloakRevokerRig.TIMEOUT)) {
      RevokerException failed = failure(stranger::check);
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("client-secret").doesNotContain(wrong);
    }
    assertThat(rig.works(target)).isTrue();
  }

  private static RevokerException failure(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
