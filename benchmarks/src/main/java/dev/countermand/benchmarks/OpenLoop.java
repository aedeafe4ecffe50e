package dev.countermand.benchmarks;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Sends at a fixed rate whatever the answers do, and measures each from the moment it was due, so
 * that a stall counts for everything that had to wait for it (no coordinated omission).
 */
final class OpenLoop {
  private static final int DRAIN_SECONDS = 30;

  private OpenLoop() {}

  /**
   * Runs a load.
   *
   * @param perSecond how many are due each second
   * @param count how many in all
   * @param skip how many at the start are not counted
   * @param send sends the one of a number; the future ends when its answer is there
   * @throws IllegalStateException when one fails, or the answers do not come within 30 s of the end
   */
  static Percentiles run(int perSecond, int count, int skip, IntFunction<CompletableFuture<?>> send)
      throws InterruptedException {
    long[] latencies = new long[count];
    CountDownLatch answered = new CountDownLatch(count);
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i * (1e9 / perSecond));
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      int number = i;
      CompletableFuture<?> unused =
          send.apply(i)
              .whenComplete(
                  (answer, error) -> {
                    latencies[number] = System.nanoTime() - due;
                    if (error != null) {
                      failed.incrementAndGet();
                    }
                    answered.countDown();
                  });
    }
    if (!answered.await(DRAIN_SECONDS, TimeUnit.SECONDS) || failed.get() > 0) {
      throw new IllegalStateException(
          failed.get() + " of " + count + " failed, " + answered.getCount() + " got no answer");
    }
    return new Percentiles(Arrays.copyOfRange(latencies, skip, count));
  }
}
