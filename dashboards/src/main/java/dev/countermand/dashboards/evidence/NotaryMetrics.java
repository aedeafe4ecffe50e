package dev.countermand.dashboards.evidence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code countermand.evidence.records}, {@code countermand.evidence.checkpoints}, {@code
 * countermand.evidence.leads} (1 in the process that signs) and {@code countermand.evidence.forked}
 * (logs that are not signed any more). Thread-safe.
 */
final class NotaryMetrics {
  private final Counter records;
  private final Counter checkpoints;
  private final AtomicLong leads = new AtomicLong();
  private final AtomicLong forked = new AtomicLong();

  NotaryMetrics(MeterRegistry registry) {
    this.records =
        Counter.builder("countermand.evidence.records")
            .description("Records hashed")
            .register(registry);
    this.checkpoints =
        Counter.builder("countermand.evidence.checkpoints")
            .description("Checkpoints signed and published")
            .register(registry);
    Gauge.builder("countermand.evidence.leads", leads, AtomicLong::get)
        .description("1 in the process that signs")
        .register(registry);
    Gauge.builder("countermand.evidence.forked", forked, AtomicLong::get)
        .description("Logs that are not signed any more because two trees of them were")
        .register(registry);
  }

  void read() {
    records.increment();
  }

  void signed(int count) {
    checkpoints.increment(count);
  }

  void leads(boolean does) {
    leads.set(does ? 1 : 0);
  }

  void forked(long logs) {
    forked.set(logs);
  }
}
