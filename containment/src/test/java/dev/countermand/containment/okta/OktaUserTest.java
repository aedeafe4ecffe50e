package dev.countermand.containment.okta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.okta.OktaUserTest.UserRig;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved, for users, at a double. */
class OktaUserTest extends DoubleContract<UserRig> {

  static final class UserRig extends OktaRig {
    UserRig(Path directory) {
      super(new OktaRevokerFactory(), "user", directory);
    }

    @Override
    public boolean works(Target target) {
      return "ACTIVE".equals(okta.users.get(id(target)));
    }

    /** Before it is deactivated it may be suspended. */
    @Override
    public void takePart(Target target) {
      if (target.rung() == Rung.REVOKE) {
        okta.users.put(id(target), "SUSPENDED");
      }
      okta.sessions.remove(id(target));
    }

    @Override
    public void giveBack(Target target) {
      okta.users.put(id(target), "ACTIVE");
      okta.sessions.add(id(target));
    }
  }

  @Override
  protected UserRig open(Path keys) {
    return new UserRig(keys);
  }

  @Test
  void sessionsAndTokensEndWithTheSuspension() {
    Target target = rig().freshTarget();
    assertThat(revoker().plan(target).blastRadius()).contains("cannot be put back");
    revoker().execute(target);
    assertThat(rig().okta.sessions).doesNotContain(rig().id(target));
    assertThat(rig().server().requests())
        .anyMatch(request -> request.path().endsWith("/sessions?oauthTokens=true"));
  }

  @Test
  void aSuspensionThatWasCutShortEndsTheSessionsLater() {
    Target target = rig().freshTarget();
    rig().okta.users.put(rig().id(target), "SUSPENDED");
    revoker().execute(target);
    assertThat(rig().okta.sessions).doesNotContain(rig().id(target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOCKED_OUT", "PASSWORD_EXPIRED", "RECOVERY", "STAGED"})
  void aUserThatOktaDoesNotSuspendLosesItsSessionsAndIsNotCalledDead(String status) {
    Target target = rig().freshTarget();
    rig().okta.users.put(rig().id(target), status);
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(target));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error).hasMessageContaining("order revoke");
    assertThat(rig().okta.sessions).doesNotContain(rig().id(target));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);

    revoker().execute(target.to(Rung.REVOKE));
    assertThat(revoker().verify(target.to(Rung.REVOKE)).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void aUserThatWasSuspendedBeforeStaysSo() {
    Target target = rig().freshTarget();
    rig().okta.users.put(rig().id(target), "SUSPENDED");
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(rig().works(target)).isFalse();
  }

  @Test
  void apiTokensThatTheUserGotSinceAreTold() {
    Target target = rig().freshTarget().takenFor(Instant.parse("2026-11-21T10:00:00Z"));
    String user = rig().id(target);
    rig()
        .okta
        .tokens
        .put("older", new OktaDouble.Token(user, "s-1", Instant.parse("2026-11-21T09:00:00Z")));
    rig()
        .okta
        .tokens
        .put("newer", new OktaDouble.Token(user, "s-2", Instant.parse("2026-11-21T10:00:01Z")));
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("got since: newer")
        .doesNotContain("older");
  }

  @ParameterizedTest
  @ValueSource(strings = {OktaDouble.OWN_USER, "me"})
  void theRevokersOwnUserIsNeverTouchedWhateverItIsCalled(String id) {
    Target own = rig().target(id);
    for (Runnable call :
        List.<Runnable>of(
            () -> revoker().plan(own),
            () -> revoker().execute(own),
            () -> revoker().verify(own),
            () -> revoker().undo(own, Map.of("user", id, "status", "ACTIVE")))) {
      assertThat(catchThrowableOfType(RevokerException.class, call::run).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
    assertThat(rig().okta.users).containsEntry(OktaDouble.OWN_USER, "ACTIVE");
  }
}
