package dev.countermand.streams;

import dev.countermand.model.Finding;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What the risk job counts. Thread-safe. */
final class RiskMetrics extends StreamsMetrics {
  RiskMetrics(MeterRegistry registry) {
    super(registry, RiskJob.NAME);
  }

  /** A finding of an agent went into an incident. */
  void heard(boolean isAlert) {
    registry.counter("countermand.risk.findings", "alert", Boolean.toString(isAlert)).increment();
  }

  void ordered() {
    registry.counter("countermand.risk.orders").increment();
  }

  void repeated() {
    registry.counter("countermand.risk.repeated").increment();
  }

  void notKept() {
    registry.counter("countermand.risk.subjects.dropped").increment();
  }

  /** Several agents completed sequences. */
  void sequences(List<Finding> findings) {
    findings.forEach(
        finding ->
            registry.counter("countermand.risk.sequences", "rule", finding.ruleId()).increment());
  }
}
