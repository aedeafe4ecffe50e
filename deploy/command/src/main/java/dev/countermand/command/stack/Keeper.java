package dev.countermand.command.stack;

import dev.countermand.embedded.EmbeddedServerException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a server again that ended although nobody stopped it: at once, and when it does not come
 * up, again and again with longer pauses. Closed before the server is.
 */
final class Keeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String name;
  private final BooleanSupplier alive;
  private final Runnable restart;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** Begins to look after a server that runs. */
  Keeper(String name, BooleanSupplier alive, Runnable restart) {
    this.name = name;
    this.alive = alive;
    this.restart = restart;
    this.thread = new Thread(this::keep, "keeper-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void keep() {
    Duration pause = LOOK;
    while (!closes(pause)) {
      if (alive.getAsBoolean()) {
        pause = LOOK;
        continue;
      }
      log.error("{} ended although nobody stopped it; it is started again", name);
      try {
        restart.run();
        log.info("{} is back", name);
      } catch (EmbeddedServerException e) {
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        log.error("{} does not start, next try in {} ms: {}", name, pause.toMillis(), e.toString());
      }
    }
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
