package dev.countermand.containment.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.CountermandException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, and what is proved, for keys of service accounts, at a double. */
class GcpKeyTest extends DoubleContract<GoogleRig> {

  @Override
  protected GoogleRig open(Path keys) {
    return new GoogleRig(new GcpRevokerFactory(), keys);
  }

  @Test
  void theProofIsAGrantThatIsRefusedAndTellsWhatLivesOn() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("is disabled", "refused: invalid_grant", "up to an hour");
  }

  @Test
  void theAddressForTokensInAnAgentsKeyIsNotCalled() {
    // At that address nobody answers: if it were called, this would fail.
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig().server().requests()).anyMatch(request -> request.path().equals("/token"));
  }

  @Test
  void aKeyThatIsDisabledButStillGetsTokensIsAlive() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    revoker().check();
    rig().server().answerNext(200, "{\"disabled\":true}");
    rig().giveBack(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void aRefusalBecauseOfTheClockIsNotTakenForAProof() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    rig().server().answerNext(200, "{\"disabled\":true}");
    rig()
        .server()
        .answerNext(
            400, "{\"error\":\"invalid_grant\",\"error_description\":\"Check your iat and exp.\"}");
    assertThat(revoker().verify(target).seen()).contains("proved nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no key file", "{\"client_email\":\"x\"}"})
  void withoutItsKeyFileNothingIsTriedAndTheProofSaysSo(String secret) {
    Target target = rig().withSecret(secret);
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("no key was tried");
  }

  @Test
  void keysThatTheAccountGotSinceAreTold() {
    Target target = rig().freshTarget().takenFor(Instant.parse("2026-11-21T10:00:00Z"));
    String account = target.handle().get(GoogleRig.ACCOUNT);
    rig().add("older", account, false, Instant.parse("2026-11-21T09:59:59Z"));
    rig().add("newer", account, false, Instant.parse("2026-11-21T10:00:01Z"));
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("got since: newer")
        .doesNotContain("older");
  }

  @Test
  void aKeyThatWasDisabledBeforeStaysSo() {
    Target target = rig().freshTarget();
    String account = target.handle().get(GoogleRig.ACCOUNT);
    rig().add(target.handle().get(GoogleRig.KEY), account, true, Instant.EPOCH);
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(rig().works(target)).isFalse();
  }

  @Test
  void aKeyThatIsOnlyDisabledIsNotDeleted() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target.to(Rung.REVOKE)).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void noKeyOfTheRevokersOwnAccountIsTouched() {
    Target own = rig().target(GoogleDouble.OWN, "another-key");
    Map<String, String> prior =
        Map.of(GoogleRig.ACCOUNT, GoogleDouble.OWN, GoogleRig.KEY, "another-key");
    for (Runnable call :
        List.<Runnable>of(
            () -> revoker().plan(own),
            () -> revoker().execute(own),
            () -> revoker().verify(own),
            () -> revoker().undo(own, prior))) {
      assertThat(catchThrowableOfType(RevokerException.class, call::run).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
  }

  @Test
  void whatIsNoKeyOfAServiceAccountIsNamedAndNotPrinted() {
    assertThatThrownBy(
            () -> rig().create(rig().server().port(), Duration.ofSeconds(1), "some-secret"))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.cloud.client-secret")
        .hasMessageNotContaining("some-secret");
  }
}
