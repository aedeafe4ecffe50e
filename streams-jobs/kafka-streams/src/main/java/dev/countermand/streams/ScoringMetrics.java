package dev.countermand.streams;

import dev.countermand.detectors.Scored;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the scoring job counts. Thread-safe. */
final class ScoringMetrics {
  private static final Logger log = LoggerFactory.getLogger(ScoringMetrics.class);

  private final MeterRegistry registry;
  private final Counter repeated;
  private final Timer time;

  ScoringMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.repeated =
        Counter.builder("countermand.scoring.repeated")
            .description("actions that had been scored before and were answered the same again")
            .register(registry);
    this.time =
        Timer.builder("countermand.scoring.time")
            .description("time to score one action, without Kafka")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
  }

  Scored timed(Supplier<Scored> scoring) {
    Timer.Sample sample = Timer.start(registry);
    try {
      return scoring.get();
    } finally {
      sample.stop(time);
    }
  }

  void scored(Scored scored) {
    registry
        .counter("countermand.scoring.actions", "phase", scored.action().phase().wireName())
        .increment();
    found(scored.findings());
    if (scored.order().isPresent()) {
      registry.counter("countermand.scoring.orders").increment();
    }
  }

  void found(List<Finding> findings) {
    for (Finding finding : findings) {
      registry
          .counter(
              "countermand.scoring.findings",
              "rule",
              finding.ruleId(),
              "severity",
              finding.severity().wireName())
          .increment();
    }
  }

  void notKept() {
    registry.counter("countermand.scoring.touches.dropped").increment();
  }

  void notFollowed() {
    registry.counter("countermand.scoring.touches.failed").increment();
  }

  void repeated() {
    repeated.increment();
  }

  void refused(DeadLetter letter) {
    registry.counter("countermand.scoring.dead.letters", "code", letter.code()).increment();
    log.warn(
        "Record {} (topic:partition:offset) goes to the dead letters, {}: {}",
        letter.id(),
        letter.code(),
        letter.reason());
  }

  void threadDied() {
    registry.counter("countermand.scoring.threads.replaced").increment();
  }
}
