package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.baseline.LearnedTraits;
import dev.countermand.detectors.baseline.Trait;
import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.streams.flink.Flowing.Observed;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads scored actions into their samples and traits, and what cannot be read into dead letters.
 */
final class ReadScored implements KafkaRecordDeserializationSchema<Observed> {
  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> message, Collector<Observed> out) {
    if (message.value() == null) {
      refuse(message, "ACTION_EMPTY", "The record has no value.", out);
      return;
    }
    Action action;
    try {
      action = Action.CODEC.decode(message.value());
    } catch (MalformedDocumentException e) {
      refuse(message, "RECORD_UNREADABLE", String.valueOf(e.getMessage()), out);
      return;
    }
    Features features = Features.of(action);
    long time = features.time().toEpochMilli();
    for (Features.Sample sample : features.samples()) {
      out.collect(Observed.sample(time, sample, features.peers()));
    }
    String[] traits =
        Trait.of(action, action.effects()).stream()
            .map(LearnedTraits::tagged)
            .sorted()
            .toArray(String[]::new);
    if (traits.length > 0) {
      out.collect(
          Observed.traits(
              time,
              Features.agent(action.agentId()),
              features.peers(),
              traits,
              Features.teaches(action)));
    }
  }

  private static void refuse(
      ConsumerRecord<byte[], byte[]> message, String code, String why, Collector<Observed> out) {
    Instant time = Instant.ofEpochMilli(Math.max(0, message.timestamp()));
    DeadLetter letter = DeadLetters.of("learning", message, code, why, time);
    out.collect(Observed.unreadable(DeadLetter.CODEC.encode(letter)));
  }

  @Override
  public TypeInformation<Observed> getProducedType() {
    return TypeInformation.of(Observed.class);
  }
}
