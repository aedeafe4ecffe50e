package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class KeeperTest {
  private static final Keeper.Pace PACE =
      new Keeper.Pace(Duration.ofMillis(5), Duration.ofMillis(18));

  private final AtomicBoolean alive = new AtomicBoolean();
  private final AtomicInteger starts = new AtomicInteger();

  private void start() {
    starts.incrementAndGet();
    alive.set(true);
  }

  @Test
  void aServerThatEndsIsStartedAgain() {
    alive.set(true);
    try (Keeper keeper = new Keeper("a server", alive::get, this::start)) {
      alive.set(false);

      Awaitility.await("the server").until(() -> starts.get() == 1);
      assertThat(alive).isTrue();
    }
  }

  @Test
  void aPartThatDoesNotRunYetIsStartedAndAgainAfterEachFailureWhateverItIs() {
    List<RuntimeException> failures =
        new CopyOnWriteArrayList<>(
            List.of(new IllegalStateException("one"), new UnsupportedOperationException("two")));
    try (Keeper keeper =
        Keeper.starting(
            "a part",
            PACE,
            alive::get,
            () -> {
              if (!failures.isEmpty()) {
                throw failures.remove(0);
              }
              start();
            })) {
      Awaitility.await("the third try").untilTrue(alive);
      alive.set(false);
      Awaitility.await("the part again").until(() -> starts.get() == 2);
    }
  }

  @Test
  void aPartThatEndedForGoodIsNotStartedAgain() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread[] keeping = new Thread[1];
    try (Keeper keeper =
        Keeper.starting(
            "a part",
            PACE,
            alive::get,
            () -> {
              starts.incrementAndGet();
              keeping[0] = Thread.currentThread();
              ended.countDown();
              throw new Keeper.EndedForGood(new CountermandException("TAKEN", "By another."));
            })) {
      ended.await();
      keeping[0].join();

      assertThat(starts).hasValue(1);
    }
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    assertThat(PACE.after(PACE.look())).isEqualTo(Duration.ofMillis(10));
    assertThat(PACE.after(Duration.ofMillis(10))).isEqualTo(PACE.longest());
    assertThat(PACE.after(PACE.longest())).isEqualTo(PACE.longest());
  }

  @Test
  void closingWaitsForAStartThatIsUnderWayAndNothingIsStartedAfterwards() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Keeper keeper =
        Keeper.starting(
            "a part",
            PACE,
            () -> false,
            () -> {
              underWay.countDown();
              awaitUnbroken(goOn);
              starts.incrementAndGet();
            });
    underWay.await();
    Thread closing = new Thread(keeper::close);
    closing.start();
    Awaitility.await("close to wait").until(() -> closing.getState() == Thread.State.WAITING);
    assertThat(starts).hasValue(0);
    goOn.countDown();
    closing.join();

    assertThat(starts).hasValue(1);
  }

  private static void awaitUnbroken(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
