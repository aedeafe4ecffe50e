package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProviderDeskTest {
  private static final Target TARGET = Target.unregistered("f1");
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  private final ScheduledExecutorService timer = Threads.timer("test");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Scripted revoker = new Scripted();
  private final ProviderDesk desk =
      new ProviderDesk("p", revoker, TIMEOUT, Rig.FAST, timer, meters);
  private final Attempts attempts = new Attempts();

  @AfterEach
  void end() {
    desk.close();
    timer.shutdownNow();
  }

  @Test
  void aRetryableFailureIsTriedAgain() throws Exception {
    revoker.then(List.of(failing(RevokerException.retryable("away")), () -> "yes"));
    assertThat(execute().get(5, TimeUnit.SECONDS)).isEqualTo("yes");
    assertThat(attempts.count()).isEqualTo(2);
    assertThat(meters.get("countermand.containment.provider.failures").counter().count())
        .isEqualTo(1);
  }

  @Test
  void triesEnd() {
    RevokerException away = RevokerException.retryable("away");
    revoker.then(List.of(failing(away), failing(away), failing(away), () -> "too late"));
    assertThatThrownBy(() -> execute().get(5, TimeUnit.SECONDS)).hasRootCause(away);
    assertThat(attempts.count()).isEqualTo(Rig.FAST.attempts());
  }

  @Test
  void aFinalFailureAndARefusalAreNotTriedAgain() {
    for (RevokerException error :
        List.of(RevokerException.fatal("no"), RevokerException.refused("never"))) {
      Attempts own = new Attempts();
      revoker.then(List.of(failing(error)));
      assertThatThrownBy(() -> desk.call(own, r -> r.execute(TARGET)).get(5, TimeUnit.SECONDS))
          .hasRootCause(error);
      assertThat(own.count()).isEqualTo(1);
    }
  }

  @Test
  void thePauseAProviderAsksForIsKept() throws Exception {
    Duration asked = Duration.ofMillis(150);
    revoker.then(List.of(failing(RevokerException.retryable("busy", asked)), () -> "yes"));
    long start = System.nanoTime();
    execute().get(5, TimeUnit.SECONDS);
    // Jitter may take a quarter off it.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(110));
  }

  @Test
  void aLongPauseAProviderAsksForIsCut() throws Exception {
    revoker.then(
        List.of(failing(RevokerException.retryable("busy", Duration.ofHours(1))), () -> "yes"));
    assertThat(execute().get(5, TimeUnit.SECONDS)).isEqualTo("yes");
  }

  @Test
  void aCallThatDoesNotEndIsInterruptedAtItsDeadline() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    revoker.then(
        List.of(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return "late";
            },
            () -> "yes"));
    assertThat(execute().get(5, TimeUnit.SECONDS)).isEqualTo("yes");
    assertThat(interrupted.await(1, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anUnforeseenExceptionIsNotQuoted() {
    String secret = "the-secret-" + "in-it";
    Supplier<String> broken =
        () -> {
          throw new IllegalStateException(secret);
        };
    revoker.then(List.of(broken, broken, broken));
    assertThatThrownBy(() -> execute().get(5, TimeUnit.SECONDS))
        .rootCause()
        .isInstanceOf(RevokerException.class)
        .hasMessageContaining("IllegalStateException")
        .message()
        .doesNotContain(secret);
  }

  @Test
  void nothingIsCalledAfterACancel() {
    attempts.cancel();
    assertThatThrownBy(() -> execute().get(5, TimeUnit.SECONDS))
        .rootCause()
        .hasMessageContaining("released");
    assertThat(attempts.count()).isZero();
  }

  @Test
  void probesGoOnUntilOneSeesDeath() throws Exception {
    revoker.proofs.add(Proof.alive("cached"));
    revoker.proofs.add(Proof.unknown("what"));
    revoker.proofs.add(Proof.dead("gone"));
    assertThat(desk.prove(attempts, TARGET).get(5, TimeUnit.SECONDS)).isEqualTo(Proof.dead("gone"));
  }

  @Test
  void probesEndAtTheDeadlineWithTheLastProof() throws Exception {
    assertThat(desk.prove(attempts, TARGET).get(5, TimeUnit.SECONDS))
        .isEqualTo(Proof.alive("still"));
  }

  @Test
  void whatHasToBeDoneAtOnceDoesNotWaitForLooksAndTheseComeOneAtATime() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Boolean>> looks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      looks.add(
          desk.lookAgain(
              r -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                awaitQuietly(hold);
                atOnce.decrementAndGet();
                return true;
              }));
    }
    revoker.then(List.of(() -> "yes"));
    assertThat(execute().get(5, TimeUnit.SECONDS)).isEqualTo("yes");
    assertThat(looks.get(19)).isNotDone();
    hold.countDown();
    assertThat(looks.get(19).get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(most).hasValue(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<String> execute() {
    return desk.call(attempts, r -> r.execute(TARGET));
  }

  private static Supplier<String> failing(RevokerException error) {
    return () -> {
      throw error;
    };
  }

  /** Answers what the test says. */
  private static final class Scripted implements Revoker {
    final Queue<Supplier<String>> answers = new ArrayDeque<>();
    final Queue<Proof> proofs = new ArrayDeque<>();

    synchronized void then(List<Supplier<String>> next) {
      answers.addAll(next);
    }

    @Override
    public Set<Rung> rungs() {
      return Set.of(Rung.SUSPEND);
    }

    @Override
    public void check() {}

    @Override
    public Plan plan(Target target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String execute(Target target) {
      Supplier<String> next;
      synchronized (this) {
        next = answers.remove();
      }
      return next.get();
    }

    @Override
    public Proof verify(Target target) {
      Proof next = proofs.poll();
      return next == null ? Proof.alive("still") : next;
    }

    @Override
    public Restoration undo(Target target, Map<String, String> prior) {
      throw new UnsupportedOperationException();
    }
  }
}
