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
    return atADoor(
        (door, revoker, target) -> {
          door.turn(HttpDoor.Behaviour.BE_BUSY);
          RevokerException error = failsRetryable(r -> r.execute(target), revoker, target);
          assertThat(error.retryAfter()).contains(HttpDoor.PAUSE);
          assertWhole(target);
          finish(door, revoker, target);
        });
  }

  @TestFactory
  final Stream<DynamicTest> aProviderThatSaysYesAndDoesNothingIsNotBelieved() {
    return atADoor(
        (door, revoker, target) -> {
          door.turn(HttpDoor.Behaviour.LIE);
          executeOrFailForNow(revoker, target);
          assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
          assertWhole(target);
          finish(door, revoker, target);
        });
  }

  /** After none of the calls that change something, after one, and so on until all are through. */
  @TestFactory
  final Stream<DynamicTest> whatFailsHalfwayIsNotCalledDeadWhileItWorksAndIsFinishedLater() {
    return atADoor(
        (door, revoker, first) -> {
          boolean isThrough = false;
          for (int changes = 0; !isThrough; changes++) {
            assertThat(changes).isLessThan(MAX_CHANGES);
            Target target = rig().freshTarget().to(first.rung());
            door.failAfter(changes);
            failHalfway(revoker, target);
            isThrough = !door.hasFailed();
            finish(door, revoker, target);
          }
        });
  }

  private void failHalfway(Revoker revoker, Target target) {
    executeOrFailForNow(revoker, target);
    boolean isLeft = target.rung() == Rung.NARROW ? rig().changes(target) : rig().works(target);
    if (isLeft) {
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    }
  }

  /** What is done on every rung with a revoker that calls through a door. */
  private interface AtADoor {
    void run(HttpDoor door, Revoker revoker, Target target);
  }

  private Stream<DynamicTest> atADoor(AtADoor test) {
    return onEveryRung(
        target -> {
          try (HttpDoor door = new HttpDoor(rig());
              Revoker revoker = rig().revokerAt(door.port(), LONG)) {
            test.run(door, revoker, target);
          }
        });
  }

  private static void executeOrFailForNow(Revoker revoker, Target target) {
    try {
      revoker.execute(target);
    } catch (RevokerException e) {
      assertThat(e.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    }
  }

  /** Lets everything through from now on: the credential is taken and proved dead. */
  private void finish(HttpDoor door, Revoker revoker, Target target) {
    door.turn(HttpDoor.Behaviour.PASS_ON);
    revoker.execute(target);
    assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertTaken(target);
  }
}
