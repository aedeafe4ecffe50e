package dev.countermand.streams;

import dev.countermand.detectors.Scored;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What the scoring job counts. Thread-safe. */
final class ScoringMetrics extends StreamsMetrics {
  private final Counter repeated;
  private final Timer time;
  private final Map<Phase, Counter> actions = new ConcurrentHashMap<>();

  ScoringMetrics(MeterRegistry registry) {
    super(registry, ScoringJob.NAME);
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
    actions.computeIfAbsent(scored.action().phase(), this::actions).increment();
    found(scored.findings());
    if (scored.order().isPresent()) {
      registry.counter("countermand.scoring.orders").increment();
    }
  }

  /** Found once: looking for a meter costs more than counting. */
  private Counter actions(Phase phase) {
    return registry.counter("countermand.scoring.actions", "phase", phase.wireName());
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
}
