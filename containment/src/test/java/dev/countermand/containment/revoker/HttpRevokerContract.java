package dev.countermand.containment.revoker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Rung;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What every revoker that speaks HTTP must do, too. */
public abstract class HttpRevokerContract extends RevokerContract {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int MAX_CHANGES = 50;

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

  /** After none of the calls that change something, after one, and so on until all are through. */
  @TestFactory
  final Stream<DynamicTest> whatFailsHalfwayIsNotCalledDeadWhileItWorksAndIsFinishedLater() {
    return onEveryRung(
        first -> {
          try (HttpDoor door = new HttpDoor(rig());
              Revoker revoker = rig().revokerAt(door.port(), LONG)) {
            boolean isThrough = false;
            for (int changes = 0; !isThrough; changes++) {
              assertThat(changes).isLessThan(MAX_CHANGES);
              Target target = rig().freshTarget().to(first.rung());
              door.failAfter(changes);
              failHalfway(revoker, target);
              isThrough = !door.hasFailed();
              door.turn(HttpDoor.Behaviour.PASS_ON);
              revoker.execute(target);
              assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
              assertTaken(target);
            }
          }
        });
  }

  private void failHalfway(Revoker revoker, Target target) {
    try {
      revoker.execute(target);
    } catch (RevokerException e) {
      assertThat(e.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    }
    boolean isLeft = target.rung() == Rung.NARROW ? rig().changes(target) : rig().works(target);
    if (isLeft) {
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    }
  }
}
