package dev.countermand.streams;

import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The risk job as a running process, with a group and a thread of its own: nobody who waits for a
 * verdict waits for it. The topics must exist. Thread-safe.
 */
public final class RiskJob implements AutoCloseable {
  static final String NAME = "risk";

  private final StreamsRun run;

  private RiskJob(StreamsRun run) {
    this.run = run;
  }

  /**
   * Starts the job; {@link #awaitRunning} tells when it works.
   *
   * @param stateDir the directory of its stores; it can be that of the scoring job of this process
   */
  public static RiskJob start(
      KafkaSettings settings,
      Path stateDir,
      MeterRegistry registry,
      RiskPolicy policy,
      IncidentPolicy hygiene) {
    return new RiskJob(
        StreamsRun.start(
            settings,
            new StreamsRun.Job(
                NAME,
                RiskTopology.build(settings.topics(), policy, hygiene, registry),
                new RiskMetrics(registry)),
            1,
            stateDir));
  }

  /**
   * Waits until the job works.
   *
   * @throws CountermandException RISK_NOT_RUNNING when that takes longer than the limit, or when it
   *     has stopped
   */
  public RiskJob awaitRunning(Duration limit) {
    run.awaitRunning(limit, "RISK_NOT_RUNNING");
    return this;
  }

  /** Commits, leaves the group and stops; returns after ten seconds at the latest. */
  @Override
  public void close() {
    run.close();
  }
}
