package dev.countermand.command.stack;

import dev.countermand.runtime.CountermandException;
import dev.countermand.streams.flink.LearningJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The learning job beside other roles, which do not wait for it and do not end with it: it is
 * started on a thread of its own, and again from its last checkpoint when it ends although nobody
 * stopped it and no other job took over. Thread-safe.
 *
 * <p>Gauge {@code countermand.learning.running}: 1 while it runs, else 0.
 */
final class LearningRole implements AutoCloseable {
  private static final Keeper.Pace PACE =
      new Keeper.Pace(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final Supplier<LearningJob> start;
  private final Keeper keeper;
  private volatile @Nullable LearningJob job;

  /** Begins to start it. */
  LearningRole(Supplier<LearningJob> start, MeterRegistry meters) {
    this.start = start;
    Gauge.builder("countermand.learning.running", this, role -> role.isRunning() ? 1 : 0)
        .description("whether the learning job runs")
        .register(meters);
    this.keeper = Keeper.starting("learning", PACE, this::isRunning, this::startAgain);
  }

  private boolean isRunning() {
    LearningJob now = job;
    return now != null && !now.isDone();
  }

  /** A job that failed is not started in the same breath: its failure is told, and waited after. */
  private void startAgain() {
    LearningJob ended = job;
    if (ended != null) {
      job = null;
      awaitFailure(ended);
    }
    job = start.get();
  }

  /** Two jobs that were started again each time would take the topic from each other for ever. */
  private static void awaitFailure(LearningJob ended) {
    try {
      ended.await();
    } catch (CountermandException e) {
      throw e.code().equals(LearningJob.TAKEN_OVER) ? new Keeper.EndedForGood(e) : e;
    }
  }

  /** Stops it and keeps its last checkpoint. */
  @Override
  public void close() {
    keeper.close();
    LearningJob now = job;
    if (now != null) {
      now.close();
    }
  }
}
