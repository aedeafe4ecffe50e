package dev.countermand.containment.okta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.okta.OktaAppTest.AppRig;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved, for apps, at a double. */
class OktaAppTest extends DoubleContract<AppRig> {
  private static final String BASIC = "client_secret_basic";

  static final class AppRig extends OktaRig {
    AppRig(Path directory) {
      super(new OktaAppRevokerFactory(), "app", directory);
    }

    @Override
    public boolean works(Target target) {
      OktaDouble.App app = okta.apps.get(id(target));
      return app != null && app.status().equals("ACTIVE");
    }

    /** Before it is deleted it is deactivated. */
    @Override
    public void takePart(Target target) {
      if (target.rung() == Rung.REVOKE) {
        set(target, "INACTIVE", BASIC);
      }
    }

    @Override
    public void giveBack(Target target) {
      set(target, "ACTIVE", BASIC);
    }

    void set(Target target, String status, String method) {
      okta.apps.put(id(target), new OktaDouble.App(status, target.secret().orElseThrow(), method));
    }
  }

  @Override
  protected AppRig open(Path keys) {
    return new AppRig(keys);
  }

  @ParameterizedTest
  @ValueSource(strings = {BASIC, "client_secret_post"})
  void theProofIsASecretThatIsRefusedInTheWayThatTheAppSendsIt(String method) {
    Target target = rig().freshTarget();
    rig().set(target, "ACTIVE", method);
    assertThat(rig().works(target)).isTrue();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("is INACTIVE", "invalid_client");
  }

  @ParameterizedTest
  @ValueSource(strings = {BASIC, "client_secret_post"})
  void anAppThatReadsBackAsInactiveAndIsLetInIsAlive(String method) {
    Target target = rig().freshTarget();
    rig().set(target, "ACTIVE", method);
    rig()
        .server()
        .answerNext(
            200,
            "{\"status\":\"INACTIVE\",\"credentials\":{\"oauthClient\":{"
                + "\"token_endpoint_auth_method\":\""
                + method
                + "\"}}}");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"private_key_jwt", "none"})
  void anAppWithoutASecretIsNotTriedByOne(String method) {
    Target target = rig().freshTarget();
    rig().set(target, "ACTIVE", method);
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("no secret was tried");
    assertThat(rig().server().requests()).noneMatch(r -> r.path().contains("introspect"));
  }

  @Test
  void anAppThatWasInactiveBeforeStaysSo() {
    Target target = rig().freshTarget();
    rig().set(target, "INACTIVE", BASIC);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(rig().works(target)).isFalse();
  }
}
