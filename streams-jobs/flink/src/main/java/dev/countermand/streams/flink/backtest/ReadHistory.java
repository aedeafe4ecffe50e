package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.ActionRecord;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads actions, and what containment did to credentials. */
final class ReadHistory implements KafkaRecordDeserializationSchema<Event> {
  private static final long serialVersionUID = 1L;

  private final String actions;

  ReadHistory(String actions) {
    this.actions = actions;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> message, Collector<Event> out) {
    if (message.topic().equals(actions)) {
      out.collect(action(message));
    } else if (message.value() != null) {
      taken(message.value(), out);
    }
  }

  private static Event action(ConsumerRecord<byte[], byte[]> message) {
    String key = message.key() == null ? null : new String(message.key(), StandardCharsets.UTF_8);
    try {
      Action action = ActionRecord.read(key, message.value());
      return new Event(
          action.agentId(),
          Event.ACTION,
          action.received().toEpochMilli(),
          action.id(),
          message.value());
    } catch (ActionRecord.Unscorable e) {
      return new Event("", Event.UNREADABLE, 0, "", null);
    }
  }

  private static void taken(byte[] value, Collector<Event> out) {
    try {
      Taken.of(ContainmentOutcome.CODEC.decode(value))
          .ifPresent(
              taken ->
                  out.collect(
                      new Event(
                          taken.fingerprint(),
                          Event.TAKEN,
                          taken.time().toEpochMilli(),
                          taken.orderId(),
                          Taken.CODEC.encode(taken))));
    } catch (MalformedDocumentException e) {
      out.collect(new Event("", Event.UNREADABLE, 0, "", null));
    }
  }

  @Override
  public TypeInformation<Event> getProducedType() {
    return TypeInformation.of(Event.class);
  }
}
