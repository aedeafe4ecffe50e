package dev.countermand.collectors.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What operators watch of the way to Kafka. */
public final class OutboxMetrics {
  final Counter toKafka;
  final Counter toSpool;
  final Counter drained;
  final Counter refused;
  final Counter full;
  final Counter lost;
  final Counter departures;

  /** Counters in this registry. */
  public OutboxMetrics(MeterRegistry meters) {
    toKafka = counter(meters, "countermand.outbox.kafka", "Records that went to Kafka at once");
    toSpool = counter(meters, "countermand.outbox.spooled", "Records that went to the disk first");
    drained = counter(meters, "countermand.outbox.drained", "Records from the disk to Kafka");
    refused = counter(meters, "countermand.outbox.refused", "Records that Kafka will never take");
    full =
        counter(meters, "countermand.outbox.full", "Records the full disk spool had no room for");
    lost =
        counter(meters, "countermand.outbox.lost", "Records that neither Kafka nor the disk took");
    departures = counter(meters, "countermand.outbox.departures", "How often Kafka went away");
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }
}
