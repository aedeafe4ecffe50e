package dev.countermand.streams;

import dev.countermand.model.DeadLetter;
import dev.countermand.runtime.kafka.DeadLetters;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Dead letters of the jobs. Their time is that of the record, so a replay repeats them. */
final class Letters {
  private Letters() {}

  static DeadLetter of(
      FixedKeyProcessorContext<?, ?> context,
      byte @Nullable [] value,
      long timestamp,
      String code,
      @Nullable String reason) {
    RecordMetadata at =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a source record has a place"));
    return of(
        ScoringJob.NAME,
        new ConsumerRecord<>(at.topic(), at.partition(), at.offset(), null, value),
        timestamp,
        code,
        reason);
  }

  static DeadLetter of(
      String stage,
      ConsumerRecord<?, byte[]> message,
      long timestamp,
      String code,
      @Nullable String reason) {
    return DeadLetters.of(
        stage,
        message,
        code,
        reason == null ? "It could not be read." : reason,
        Instant.ofEpochMilli(Math.max(0, timestamp)));
  }
}
