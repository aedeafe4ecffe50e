package dev.countermand.containment.revoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.model.Rung;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** What every revoker must do on each of its rungs, against a real provider. */
public abstract class RevokerContract {
  private static final Duration SHORT = Duration.ofSeconds(1);

  private Revoker revoker;

  /** The same for a whole test. */
  protected abstract RevokerRig rig();

  /** A revoker for the test that runs; it is closed after that. */
  protected final Revoker revoker() {
    if (revoker == null) {
      revoker = rig().revoker();
    }
    return revoker;
  }

  @AfterEach
  final void closeTheRevoker() {
    if (revoker != null) {
      revoker.close();
    }
  }

  /** Runs a test with a fresh credential for each rung. */
  protected final Stream<DynamicTest> onEveryRung(ThrowingConsumer<Target> test) {
    return rungs().stream()
        .map(
            rung ->
                DynamicTest.dynamicTest(
                    rung.name(), () -> test.accept(rig().freshTarget().to(rung))));
  }

  private List<Rung> rungs() {
    return revoker().rungs().stream().sorted().toList();
  }

  @Test
  final void itsRungsAreSomeOfThoseThatAProviderIsAskedFor() {
    assertThat(revoker().rungs()).isNotEmpty().doesNotContain(Rung.PAUSE);
  }

  @Test
  final void aProviderThatAnswersPassesTheCheck() {
    assertThatCode(() -> revoker().check()).doesNotThrowAnyException();
  }

  @TestFactory
  final Stream<DynamicTest> planningChangesNothing() {
    return onEveryRung(
        target -> {
          Object before = rig().description(target);
          assertThat(revoker().plan(target)).isEqualTo(revoker().plan(target));
          assertThat(rig().description(target)).isEqualTo(before);
          assertWhole(target);
        });
  }

  @TestFactory
  final Stream<DynamicTest> aLiveCredentialIsNotCalledDead() {
    return onEveryRung(
        target -> assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE));
  }

  @TestFactory
  final Stream<DynamicTest> whatIsTakenIsDeadAndProvedDeadAndOthersAreLeftAlone() {
    return onEveryRung(
        target -> {
          Target other = rig().freshTarget();
          Object before = rig().description(other);
          assertWhole(target);
          take(target);
          assertTaken(target);
          assertWhole(other);
          assertThat(rig().description(other)).isEqualTo(before);
        });
  }

  @TestFactory
  final Stream<DynamicTest> takingTwiceIsFine() {
    return onEveryRung(
        target -> {
          revoker().execute(target);
          take(target);
        });
  }

  @TestFactory
  final Stream<DynamicTest> whatIsGivenBackIsAsItWasOrItIsSaidWhatToDoInstead() {
    return onEveryRung(
        target -> {
          Object before = rig().description(target);
          Map<String, String> prior = revoker().plan(target).prior();
          take(target);
          assertGivenBack(target, before, revoker().undo(target, prior));
        });
  }

  @TestFactory
  final Stream<DynamicTest> givingBackTwiceIsFine() {
    return onEveryRung(
        target -> {
          Object before = rig().description(target);
          Map<String, String> prior = revoker().plan(target).prior();
          take(target);
          revoker().undo(target, prior);
          assertGivenBack(target, before, revoker().undo(target, prior));
        });
  }

  @TestFactory
  final Stream<DynamicTest> givingBackNeedsNoRegistration() {
    return onEveryRung(
        target -> {
          Object before = rig().description(target);
          Map<String, String> prior = revoker().plan(target).prior();
          take(target);
          Target forgotten = Target.unregistered(target.fingerprint());
          assertGivenBack(target, before, revoker().undo(forgotten, prior));
        });
  }

  @TestFactory
  final Stream<DynamicTest> whatWasTakenFromRungToRungIsGivenBackFromAllOfThem() {
    return rungs().stream()
        .flatMap(
            low ->
                rungs().stream()
                    .filter(high -> low.compareTo(high) < 0)
                    .map(
                        high ->
                            DynamicTest.dynamicTest(
                                low + " and then " + high, () -> climb(low, high))));
  }

  private void climb(Rung low, Rung high) {
    Target first = rig().freshTarget().to(low);
    Target second = first.to(high);
    Object before = rig().description(first);
    Map<String, String> earliest = revoker().plan(first).prior();
    take(first);
    Map<String, String> prior = new HashMap<>(revoker().plan(second).prior());
    prior.putAll(earliest);
    take(second);
    assertTaken(second);
    assertGivenBack(second, before, revoker().undo(second, prior));
  }

  @TestFactory
  final Stream<DynamicTest> whatWasTakenInPartIsAliveUntilTheRestIsTaken() {
    return onEveryRung(
        target -> {
          rig().takePart(target);
          assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
          take(target);
          assertTaken(target);
        });
  }

  @TestFactory
  final Stream<DynamicTest> whatSomebodyElseGaveBackIsAlive() {
    return onEveryRung(
        target -> {
          take(target);
          rig().giveBack(target);
          assertWhole(target);
          assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
        });
  }

  @TestFactory
  final Stream<DynamicTest> anUnknownCredentialIsProvedDeadOrFailsForGood() {
    return onEveryRung(
        known -> {
          Target target = rig().unknownTarget().to(known.rung());
          try {
            revoker().plan(target);
            take(target);
          } catch (RevokerException e) {
            assertThat(e.kind()).isEqualTo(RevokerException.Kind.FINAL);
          }
        });
  }

  @TestFactory
  final Stream<DynamicTest> aProviderThatIsAwayCanBeTriedAgain() throws IOException {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closedPort = socket.getLocalPort();
    }
    return onEveryRung(
        target -> {
          try (Revoker away = rig().revokerAt(closedPort, SHORT)) {
            failsRetryable(Revoker::check, away, target);
            failsRetryable(r -> r.execute(target), away, target);
            failsRetryable(r -> r.verify(target), away, target);
          }
        });
  }

  @TestFactory
  final Stream<DynamicTest> aProviderThatNeverAnswersIsGivenUpAtTheDeadline() {
    return onEveryRung(
        target -> {
          try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
              Revoker slow = rig().revokerAt(silent.getLocalPort(), SHORT)) {
            long start = System.nanoTime();
            failsRetryable(r -> r.execute(target), slow, target);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofSeconds(4));
          }
        });
  }

  /** Takes it away, and has that proved. */
  private void take(Target target) {
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).as(proof.seen()).isEqualTo(Proof.Life.DEAD);
  }

  /** It can do everything that a fresh one can. */
  protected final void assertWhole(Target target) {
    assertThat(rig().works(target)).as("it works").isTrue();
    assertThat(rig().reads(target)).as("it reads").isTrue();
    assertThat(rig().changes(target)).as("it changes something").isTrue();
  }

  /** It cannot do what its rung takes away, and can do the rest. */
  protected final void assertTaken(Target target) {
    boolean isNarrowed = target.rung() == Rung.NARROW;
    assertThat(rig().changes(target)).as("it changes something").isFalse();
    assertThat(rig().reads(target)).as("it reads").isEqualTo(isNarrowed);
    assertThat(rig().works(target)).as("it works").isEqualTo(isNarrowed);
  }

  private void assertGivenBack(Target target, Object before, Restoration restoration) {
    assertThat(restoration.detail()).isNotBlank();
    if (target.rung() == Rung.REVOKE) {
      assertThat(restoration.result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
      assertThat(rig().works(target)).isFalse();
    } else {
      assertThat(restoration.result()).isEqualTo(Restoration.Result.RESTORED);
      assertWhole(target);
      assertThat(rig().description(target)).isEqualTo(before);
    }
  }

  /** The error of a call that may be tried again, and that tells nobody the secret. */
  protected static RevokerException failsRetryable(
      Consumer<Revoker> call, Revoker revoker, Target target) {
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> call.accept(revoker));
    assertThat(error).isNotNull();
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(error).hasNoCause();
    assertThat(error.getMessage()).doesNotContain(target.secret().orElseThrow());
    return error;
  }
}
