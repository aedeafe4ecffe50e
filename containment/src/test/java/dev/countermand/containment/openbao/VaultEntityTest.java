package dev.countermand.containment.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved of entities, on a real OpenBao. */
@NeedsOpenBao
class VaultEntityTest extends HttpRevokerContract {
  @AutoClose private static EntityRig rig;

  @BeforeAll
  static void aServerWithARevoker(@TempDir Path directory) {
    rig = new EntityRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void everyTokenAndEveryLoginOfADisabledEntityIsRefusedUntilTheRelease() {
    JsonNode auth = rig.server.login("clara");
    String first = auth.path("client_token").asText();
    String second = rig.server.again("clara").path("client_token").asText();
    Target target = rig.target(Map.of("entity", auth.path("entity_id").asText()), first);
    assertThat(revoker().plan(target).blastRadius()).contains("clara at auth/userpass/");
    Map<String, String> prior = revoker().plan(target).prior();

    revoker().execute(target);

    assertThat(rig.server.letsIn(second)).isFalse();
    assertThat(rig.server.status("POST", "auth/userpass/login/clara", "{'password':'clara'}", ""))
        .isEqualTo(403);
    assertThat(revoker().verify(target).seen()).contains("is disabled", "refused: 403");

    revoker().undo(target, prior);
    assertThat(rig.server.letsIn(second)).isTrue();
    assertThat(rig.server.again("clara").path("client_token").asText()).isNotEmpty();
  }

  @Test
  void batchTokensAndChildrenAreRefusedTooAndOrphansAndLeasesLiveOn() {
    rig.server.allow(
        "maker",
        """
        path "auth/token/create" { capabilities = ["update"] }
        path "auth/token/create-orphan" { capabilities = ["update", "sudo"] }
        path "accounts/creds/x" { capabilities = ["read"] }
        """,
        "");
    JsonNode first = rig.server.login("dora");
    rig.server.ok("POST", "auth/userpass/users/dora", "{'token_policies':'default,maker'}");
    String token = rig.server.again("dora").path("client_token").asText();
    String child = rig.server.made("create", token);
    String orphan = rig.server.made("create-orphan", token);
    String account = rig.server.as(token, "accounts/creds/x").path("account").asText();
    rig.server.ok("POST", "auth/userpass/users/dora", "{'token_type':'batch'}");
    String batch = rig.server.again("dora").path("client_token").asText();
    assertThat(List.of(child, orphan, batch)).allMatch(rig.server::letsIn);

    Target target = rig.target(Map.of("entity", first.path("entity_id").asText()), batch);
    revoker().execute(target);

    assertThat(List.of(child, batch)).noneMatch(rig.server::letsIn);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.server.letsIn(orphan)).isTrue();
    assertThat(rig.server.status("GET", "accounts/account/" + account)).isEqualTo(200);
    assertThat(revoker().plan(target).blastRadius()).contains("orphan tokens");
  }

  @Test
  void anEntityIsFoundByItsNameToo() {
    Target known = rig.freshTarget();
    String name = rig.server.ok("GET", EntityRig.path(known), "").at("/data/name").asText();
    Target target = rig.withoutSecret(Map.of("entity", name));
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(rig.works(known)).isFalse();
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("no token was tried");
    revoker().undo(target, prior);
    assertThat(rig.works(known)).isTrue();
  }

  @Test
  void anEntityThatWasDisabledBeforeIsLeftSo() {
    Target target = rig.freshTarget();
    rig.disable(target, true);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    Restoration restoration = revoker().undo(target, prior);
    assertThat(restoration.detail()).contains("left so");
    assertThat(rig.works(target)).isFalse();
  }

  @Test
  void aSealedTokenOfAnotherEntityOrOfNoneIsAlive() {
    Target known = rig.freshTarget();
    String other =
        rig.server
            .token("{'no_default_policy':true,'policies':['x']}")
            .path("client_token")
            .asText();
    Target target = rig.target(known.handle(), other);
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("not one of it");
  }

  @Test
  void theRevokersOwnEntityIsRefused() {
    JsonNode auth = rig.server.login("revoker");
    rig.server.ok(
        "POST",
        "identity/entity/id/" + auth.path("entity_id").asText(),
        "{'policies':['entity-revoker']}");
    Target own = rig.withoutSecret(Map.of("entity", auth.path("entity_id").asText()));
    try (Revoker revoker = rig.revokerOf(auth.path("client_token").asText())) {
      revoker.execute(rig.freshTarget());
      assertThat(fails(() -> revoker.plan(own)).kind()).isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(fails(() -> revoker.execute(own)).kind()).isEqualTo(RevokerException.Kind.REFUSED);
    }
  }

  @Test
  void withItsPolicyTheRevokerCanDisableAnEntityAndNothingElse() {
    String path = EntityRig.path(rig.freshTarget());
    String own = rig.own();
    assertThat(rig.server.status("POST", path, "{'policies':['admin']}", own)).isEqualTo(403);
    assertThat(rig.server.status("POST", path, "{'name':'x','disabled':true}", own)).isEqualTo(403);
    assertThat(rig.server.status("DELETE", path, "", own)).isEqualTo(403);
    assertThat(rig.server.status("POST", path, "{'disabled':true}", own)).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", ".."})
  void aHandleThatLeadsElsewhereIsNotAsked(String entity) {
    Target target = rig.withoutSecret(Map.of("entity", entity));
    assertThat(fails(() -> revoker().plan(target))).hasMessageContaining("entity=<name or id>");
  }

  private static RevokerException fails(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
