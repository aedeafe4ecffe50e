package dev.countermand.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waiting for what nobody tells of: looking again and again. */
public final class Waits {
  private Waits() {}

  /**
   * One look.
   *
   * @param <T> what is waited for
   * @param <E> what a look can fail with; {@code RuntimeException} when with nothing in particular
   */
  @FunctionalInterface
  public interface Look<T, E extends Exception> {
    /** What is waited for, or empty while it is not there. */
    Optional<T> now() throws E, InterruptedException;
  }

  /**
   * Looks at once, and after each pause again, until a look answers or the limit has passed; the
   * last look is after the limit. What a look throws ends the waiting.
   *
   * @return the answer, or empty when none came in time
   */
  public static <T, E extends Exception> Optional<T> until(
      Duration limit, Duration pause, Look<T, E> look) throws E, InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      boolean last = System.nanoTime() - begun >= limit.toNanos();
      Optional<T> answer = look.now();
      if (answer.isPresent() || last) {
        return answer;
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
  }
}
