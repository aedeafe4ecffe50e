package dev.countermand.streams;

import dev.countermand.detectors.ActionRecord;
import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.runtime.kafka.DeadLetters;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/** Reads an action, or makes a dead letter of what cannot be scored. */
final class ReadAction implements FixedKeyProcessor<String, byte[], Processed<Arrival>> {
  private static final int DIGEST_DIGITS = 32;

  private final ScoringMetrics metrics;
  private @Nullable FixedKeyProcessorContext<String, Processed<Arrival>> context;

  ReadAction(ScoringMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(FixedKeyProcessorContext<String, Processed<Arrival>> context) {
    this.context = context;
  }

  @Override
  public void process(FixedKeyRecord<String, byte[]> record) {
    if (context != null) {
      context.forward(record.withValue(read(context, record)));
    }
  }

  private Processed<Arrival> read(
      FixedKeyProcessorContext<?, ?> in, FixedKeyRecord<String, byte[]> record) {
    byte[] value = record.value();
    try {
      Action action = ActionRecord.read(record.key(), value);
      return new Processed.Good<>(
          new Arrival(action, DeadLetters.sha256(value).substring(0, DIGEST_DIGITS)));
    } catch (ActionRecord.Unscorable e) {
      return refuse(in, record, e.code(), e.getMessage());
    }
  }

  private Processed<Arrival> refuse(
      FixedKeyProcessorContext<?, ?> in,
      FixedKeyRecord<String, byte[]> record,
      String code,
      @Nullable String reason) {
    DeadLetter letter = Letters.of(in, record.value(), record.timestamp(), code, reason);
    metrics.refused(letter);
    return new Processed.Refused<>(letter);
  }
}
