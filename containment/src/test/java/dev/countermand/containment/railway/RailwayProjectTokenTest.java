package dev.countermand.containment.railway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.railway.RailwayDouble.Kind;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The contract, and what is proved, for tokens of a project, at a double. */
class RailwayProjectTokenTest extends DoubleContract<RailwayRig> {

  @Override
  protected RailwayRig open(Path keys) {
    return new RailwayRig(keys, Kind.PROJECT);
  }

  @Test
  void theProofIsThatItIsNotListedAndNotAuthorized() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("does not list", "Not Authorized");
  }

  @Test
  void whatIsNotListedAndStillLetInIsAlive() {
    Target target = rig().freshTarget();
    rig().railway.tokens.remove(target.handle().get("token-id"));
    rig().add("elsewhere", target.secret().orElseThrow(), Instant.EPOCH);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void anAnswerWithAnotherErrorIsNoProof() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    rig().server().answerNext(200, "{\"data\":{\"projectTokens\":{\"edges\":[],\"pageInfo\":{}}}}");
    rig().server().answerNext(200, "{\"errors\":[{\"message\":\"Problem processing request\"}]}");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
  }

  @Test
  void aTokenIsFoundOnALaterPageToo() {
    for (int i = 0; i < 7; i++) {
      rig().freshTarget();
    }
    Target last = rig().freshTarget();
    assertThat(revoker().verify(last).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void tokensThatTheProjectGotSinceAreTold() {
    Target target = rig().freshTarget().takenFor(Instant.parse("2026-11-21T10:00:00Z"));
    rig().add("older", "s-1", Instant.parse("2026-11-21T09:59:59Z"));
    rig().add("newer", "s-2", Instant.parse("2026-11-21T10:00:01Z"));
    revoker().execute(target);
    assertThat(revoker().verify(target).seen())
        .contains("got since: newer")
        .doesNotContain("older");
  }

  @Test
  void withoutTheTokenTheProofSaysThatItWasNotTried() {
    Target target = rig().withoutSecret();
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("not tried");
  }

  @Test
  void aTokenThatMayNotSaysSoForGoodThoughTheAnswerIs200() {
    Target target = rig().freshTarget();
    try (Revoker wrong = rig().with("no-such-token", RailwayDouble.OWN_ID)) {
      assertThat(catchThrowableOfType(RevokerException.class, () -> wrong.execute(target)).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
      assertThatThrownBy(wrong::check).hasMessageContaining("Check token");
    }
    assertThat(rig().works(target)).isTrue();
  }
}
