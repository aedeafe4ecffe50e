package dev.countermand.streams;

import dev.countermand.model.DeadLetter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every job counts. Thread-safe. */
class StreamsMetrics {
  private static final Logger log = LoggerFactory.getLogger(StreamsMetrics.class);

  /** Where the measures go. */
  protected final MeterRegistry registry;

  private final String job;

  /**
   * The measures of a job.
   *
   * @param job the name of the job, which stands in theirs
   */
  StreamsMetrics(MeterRegistry registry, String job) {
    this.registry = registry;
    this.job = "countermand." + job;
  }

  final void refused(DeadLetter letter) {
    registry.counter(job + ".dead.letters", "code", letter.code()).increment();
    log.warn(
        "Record {} (topic:partition:offset) goes to the dead letters, {}: {}",
        letter.id(),
        letter.code(),
        letter.reason());
  }

  final void threadDied() {
    registry.counter(job + ".threads.replaced").increment();
  }
}
