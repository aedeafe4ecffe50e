package dev.countermand.containment.openbao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is proved of tokens, on a real OpenBao. */
@NeedsOpenBao
class VaultTokenTest extends HttpRevokerContract {
  @AutoClose private static TokenRig rig;

  @BeforeAll
  static void aServerWithARevoker(@TempDir Path directory) {
    rig = new TokenRig(directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void aSealedTokenNeedsNoHandleAndNoPolicy() {
    String token = text(rig.server.token("{'no_default_policy':true,'policies':['x']}"), "token");
    Target target = rig.target(Map.of(), token);
    assertThat(revoker().plan(target).blastRadius()).contains("\"x\"");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("does not know the token", "refused: 403");
    assertThat(revoker().execute(target)).contains("not there");
  }

  @Test
  void withoutTheTokenNothingIsTriedAndThatIsSaid() {
    JsonNode token = rig.server.token("{'policies':['default']}");
    Target target = rig.withoutSecret(Map.of("accessor", text(token, "accessor")));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("is invalid", "not tried");
    assertThat(rig.server.letsIn(text(token, "client_token"))).isFalse();
  }

  @Test
  void whereTheAccessorIsNotTheTokensOwnTheTokenIsRevoked() {
    String token = text(rig.server.token("{'policies':['default']}"), "token");
    Target target = rig.target(Map.of("accessor", "anothers"), token);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("the server knows the token");
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.server.letsIn(token)).isFalse();
  }

  @Test
  void tokensThatItMadeDieWithItAndThoseOfTheSameEntityAreTold() {
    Instant since = Instant.now().minusSeconds(1);
    JsonNode first = rig.server.login("anna");
    JsonNode second = rig.server.again("anna");
    rig.server.ok("POST", "auth/userpass/users/anna/policies", "{'policies':'default,maker'}");
    rig.server.allow("maker", "path \"auth/token/create\" { capabilities = [\"update\"] }", "");
    JsonNode maker = rig.server.again("anna");
    String child = rig.server.made("create", text(maker, "client_token"));
    assertThat(rig.server.letsIn(child)).isTrue();

    Target target =
        rig.target(Map.of("accessor", text(maker, "accessor")), text(maker, "client_token"))
            .takenFor(since);
    assertThat(revoker().plan(target).blastRadius()).contains(text(maker, "entity_id"));
    String done = revoker().execute(target);

    assertThat(rig.server.letsIn(child)).isFalse();
    assertThat(done)
        .contains("2 other token(s), 2 of them made since")
        .contains(text(first, "accessor"), text(second, "accessor"));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.server.letsIn(text(first, "client_token"))).isTrue();
  }

  @Test
  void withoutTheRightToListTokensThoseOfTheEntityAreSaidNotToBeLookedFor() {
    String documented = OpenBao.documented("vault");
    String less = documented.replaceAll("path \"auth/token/accessors[^}]*}", "");
    assertThat(less).isNotEqualTo(documented);
    rig.server.allow("narrow", less, "");
    JsonNode token = rig.server.login("berta");
    String narrow = text(rig.server.token("{'policies':['narrow']}"), "client_token");
    try (Revoker revoker = rig.revokerOf(narrow)) {
      Target target = rig.withoutSecret(Map.of("accessor", text(token, "accessor")));
      assertThat(revoker.execute(target)).contains("were not looked for to the end");
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    }
  }

  @Test
  void aBatchTokenCannotBeRevokedAndItIsSaidWhatToDoInstead() {
    String batch =
        text(rig.server.token("{'type':'batch','ttl':'1h','policies':['default']}"), "token");
    RevokerException error = fails(() -> revoker().plan(rig.target(Map.of(), batch)));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error).hasMessageContaining("vault-entity").hasMessageNotContaining(batch);
    assertThat(revoker().verify(rig.target(Map.of(), batch)).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void theRevokersOwnTokenAndRootTokensAreRefused() {
    String root = text(rig.server.token("{'policies':['root']}"), "token");
    for (String token : new String[] {rig.own(), root}) {
      Target target = rig.target(Map.of(), token);
      assertThat(fails(() -> revoker().plan(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(fails(() -> revoker().execute(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(rig.server.letsIn(token)).isTrue();
    }
  }

  @Test
  void aRevokerThatDiesWithTheTokenThatMadeItIsWarnedOf() {
    String child = text(rig.server.ok("POST", "auth/token/create", "{}").path("auth"), "token");
    try (Revoker revoker = rig.revokerOf(child)) {
      assertThat(fails(revoker::check)).hasMessageContaining("no orphan");
    }
  }

  @Test
  void aRevokerThatIsNotLetInProvesNothing() {
    Target target = rig.freshTarget();
    try (Revoker stranger = rig.revokerOf("nobody")) {
      assertThat(fails(stranger::check).kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(fails(() -> stranger.verify(target)).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
    }
  }

  @Test
  void aTokenWithoutSecretAndHandleCannotBeFound() {
    Target target = rig.withoutSecret(Map.of());
    assertThat(fails(() -> revoker().verify(target))).hasMessageContaining("accessor=");
  }

  @Test
  void aTokenOfANamespaceIsRevokedThere() {
    rig.server.ok("POST", "sys/namespaces/team", "");
    rig.server.allow("revoker", OpenBao.documented("vault"), "team");
    JsonNode own =
        rig.server.ok("POST", "auth/token/create-orphan", "{'policies':['revoker']}", "team");
    JsonNode token =
        rig.server
            .ok("POST", "auth/token/create-orphan", "{'policies':['default']}", "team")
            .path("auth");
    try (Revoker revoker = rig.revokerOf(text(own.path("auth"), "client_token"), "team")) {
      revoker.check();
      Target target =
          rig.target(Map.of("accessor", text(token, "accessor")), text(token, "client_token"));
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
      revoker.execute(target);
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
      assertThat(rig.server.letsIn(text(token, "client_token"))).isFalse();
    }
  }

  private static RevokerException fails(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }

  private static String text(JsonNode auth, String field) {
    return auth.path(field.equals("token") ? "client_token" : field).asText();
  }
}
