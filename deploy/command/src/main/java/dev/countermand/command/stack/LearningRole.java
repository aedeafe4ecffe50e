package dev.countermand.command.stack;

import dev.countermand.runtime.CountermandException;
import dev.countermand.streams.flink.LearningJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learning job beside other roles, which do not wait for it and do not end with it: it is
 * started on a thread of its own, and again from its last checkpoint when it ends although nobody
 * stopped it. Thread-safe.
 *
 * <p>Gauge {@code countermand.learning.running}: 1 while it runs, else 0.
 */
final class LearningRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LearningRole.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Supplier<LearningJob> start;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable LearningJob job;

  /** Begins to start it. */
  LearningRole(Supplier<LearningJob> start, MeterRegistry meters) {
    this.start = start;
    this.thread = new Thread(this::keep, "learning");
    thread.setDaemon(true);
    Gauge.builder("countermand.learning.running", this, role -> role.isRunning() ? 1 : 0)
        .description("whether the learning job runs")
        .register(meters);
    thread.start();
  }

  private boolean isRunning() {
    LearningJob now = job;
    return now != null && !now.isDone();
  }

  private void keep() {
    Duration pause = LOOK;
    while (!closes(pause)) {
      if (isRunning()) {
        pause = LOOK;
        continue;
      }
      try {
        LearningJob ended = job;
        if (ended != null) {
          job = null;
          ended.await();
        }
        job = start.get();
      } catch (RuntimeException e) {
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        String why = e instanceof CountermandException known ? known.code() + ": " : "";
        log.error("{}{} Next try in {} s.", why, e.getMessage(), pause.toSeconds());
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

  /** Stops it and keeps its last checkpoint. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LearningJob now = job;
    if (now != null) {
      now.close();
    }
  }
}
