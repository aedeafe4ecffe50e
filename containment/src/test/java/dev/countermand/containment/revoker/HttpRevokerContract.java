package dev.countermand.containment.revoker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What every revoker that speaks HTTP must do, too. */
public abstract class HttpRevokerContract extends RevokerContract {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Override
  protected abstract HttpRevokerRig rig();

  @TestFactory
  final Stream<DynamicTest> theProvidersPauseIsPassedOnAndNothingIsTakenMeanwhile() {
    return onEveryRung(
        target -> {
          try (HttpDoor door = new HttpDoor(rig());
              Revoker revoker = rig().revokerAt(door.port(), LONG)) {
            door.turn(HttpDoor.Behaviour.BE_BUSY);
            RevokerException error = failsRetryable(r -> r.execute(target), revoker, target);
            assertThat(error.retryAfter()).contains(HttpDoor.PAUSE);
            assertWhole(target);

            door.turn(HttpDoor.Behaviour.PASS_ON);
            revoker.execute(target);
            assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
            assertTaken(target);
          }
        });
  }

  @TestFactory
  final Stream<DynamicTest> aProviderThatSaysYesAndDoesNothingIsNotBelieved() {
    return onEveryRung(
        target -> {
          try (HttpDoor door = new HttpDoor(rig());
              Revoker revoker = rig().revokerAt(door.port(), LONG)) {
            door.turn(HttpDoor.Behaviour.LIE);
            try {
              revoker.execute(target);
            } catch (RevokerException e) {
              assertThat(e.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
            }
            assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
            assertWhole(target);

            door.turn(HttpDoor.Behaviour.PASS_ON);
            revoker.execute(target);
            assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
            assertTaken(target);
          }
        });
  }
}
