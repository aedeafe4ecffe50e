package dev.countermand.streams;

import dev.countermand.detectors.Rehearsal;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The scoring job as a running process. The topics must exist. Thread-safe.
 *
 * <p>A stream thread that dies is replaced and counted; what it had not committed is read again.
 */
public final class ScoringJob implements AutoCloseable {
  static final String NAME = "scoring";

  private final StreamsRun run;

  private ScoringJob(StreamsRun run) {
    this.run = run;
  }

  /**
   * Starts the job; {@link #awaitRunning} tells when it scores.
   *
   * @param threads how many stream threads
   * @param stateDir the directory of its stores, for this process alone
   * @param policy from which risk of an agent on people are asked about its attempts
   */
  public static ScoringJob start(
      KafkaSettings settings,
      int threads,
      Path stateDir,
      MeterRegistry registry,
      Scoring scoring,
      RiskPolicy policy) {
    Rehearsal.of(scoring);
    return new ScoringJob(
        StreamsRun.start(
            settings,
            new StreamsRun.Job(
                NAME,
                ScoringTopology.build(settings.topics(), scoring, policy, registry),
                new ScoringMetrics(registry)),
            threads,
            stateDir));
  }

  /**
   * Waits until the job scores.
   *
   * @throws CountermandException SCORING_NOT_RUNNING when that takes longer than the limit, or when
   *     it has stopped
   */
  public ScoringJob awaitRunning(Duration limit) {
    run.awaitRunning(limit, "SCORING_NOT_RUNNING");
    return this;
  }

  /** Whether the job scores now. */
  public boolean isRunning() {
    return run.isRunning();
  }

  /** Commits, leaves the group and stops; returns after ten seconds at the latest. */
  @Override
  public void close() {
    run.close();
  }
}
