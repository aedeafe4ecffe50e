package dev.countermand.command.stack;

import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a part again that ended although nobody stopped it: at once, and when it does not come up,
 * again and again with longer pauses, until it has {@link EndedForGood}. Looks and starts on a
 * thread of its own. Closed before the part is.
 */
final class Keeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);

  /**
   * How often it looks, and how its pauses grow.
   *
   * @param look between two looks at a part that runs
   * @param longest pause between two starts of a part that does not come up; each is twice the one
   *     before
   */
  record Pace(Duration look, Duration longest) {
    static final Pace OF_A_SERVER = new Pace(Duration.ofMillis(250), Duration.ofSeconds(30));

    Duration after(Duration pause) {
      Duration doubled = pause.multipliedBy(2);
      return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
  }

  /**
   * Thrown by a start: the part ended, or cannot be started, in a way that no other try changes.
   */
  static final class EndedForGood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CountermandException why;

    /** By an error that tells a person what to do. */
    EndedForGood(CountermandException why) {
      super(why);
      this.why = why;
    }
  }

  private final String name;
  private final Pace pace;
  private final BooleanSupplier alive;
  private final Runnable start;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** Begins to look after a server that runs. */
  Keeper(String name, BooleanSupplier alive, Runnable restart) {
    this(name, Pace.OF_A_SERVER, true, alive, restart);
  }

  /**
   * Begins to start a part that does not run yet, after one look's time, and looks after it.
   *
   * @param start returns when the part runs; throws a RuntimeException when it cannot, and when the
   *     part ended by a failure that is to be told before the next try; {@link EndedForGood} when
   *     there is to be no other try
   */
  static Keeper starting(String name, Pace pace, BooleanSupplier alive, Runnable start) {
    return new Keeper(name, pace, false, alive, start);
  }

  private Keeper(String name, Pace pace, boolean runs, BooleanSupplier alive, Runnable start) {
    this.name = name;
    this.pace = pace;
    this.alive = alive;
    this.start = start;
    this.thread = new Thread(() -> keep(runs), "keeper-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void keep(boolean runs) {
    boolean ran = runs;
    Duration pause = pace.look();
    while (!closes(pause)) {
      if (alive.getAsBoolean()) {
        ran = true;
        pause = pace.look();
        continue;
      }
      if (ran) {
        log.error("{} ended although nobody stopped it", name);
      }
      try {
        start.run();
        log.info("{} is {}", name, ran ? "back" : "started");
      } catch (EndedForGood e) {
        log.error("{} is not started again: {}", name, why(e.why));
        return;
      } catch (RuntimeException e) {
        pause = pace.after(pause);
        log.error("{} does not start, next try in {} ms: {}", name, pause.toMillis(), why(e));
      }
    }
  }

  private static String why(RuntimeException e) {
    return e instanceof CountermandException known
        ? known.code() + ": " + known.getMessage()
        : e.toString();
  }

  private boolean closes(Duration pause) {
    try {
      return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Returns when no start is under way. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
