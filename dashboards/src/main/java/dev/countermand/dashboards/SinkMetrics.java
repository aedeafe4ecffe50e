package dev.countermand.dashboards;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code countermand.index.documents} (by stream and result) and {@code countermand.index.waiting}
 * (1 while Elasticsearch takes nothing). Thread-safe.
 */
final class SinkMetrics {
  private final Map<Answer.Kind, Counter> answers = new EnumMap<>(Answer.Kind.class);
  private final Counter unreadable;
  private final AtomicInteger waiting = new AtomicInteger();

  SinkMetrics(MeterRegistry registry, DataStream stream) {
    for (Answer.Kind kind : Answer.Kind.values()) {
      String result =
          switch (kind) {
            case STORED -> "stored";
            case DUPLICATE -> "duplicate";
            case REJECTED -> "rejected";
            case ALONE, LATER -> "retried";
          };
      answers.put(kind, counter(registry, stream, result));
    }
    this.unreadable = counter(registry, stream, "unreadable");
    Gauge.builder("countermand.index.waiting", waiting, AtomicInteger::get)
        .description("1 while Elasticsearch does not take documents")
        .tag("stream", stream.word())
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, DataStream stream, String result) {
    return Counter.builder("countermand.index.documents")
        .description("Documents sent to Elasticsearch, by what became of them")
        .tag("stream", stream.word())
        .tag("result", result)
        .register(registry);
  }

  void answered(Answer.Kind kind) {
    Counter counter = answers.get(kind);
    if (counter != null) {
      counter.increment();
    }
  }

  void unreadable() {
    unreadable.increment();
  }

  void waiting(int value) {
    waiting.set(value);
  }
}
