package dev.countermand.command.replay;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of the past.
 *
 * @param time when it happened, by the clock of who told of it
 * @param message as it is on the topic; must not be changed
 */
public record Moment(Instant time, Kind kind, ConsumerRecord<String, byte[]> message) {

  /** Where it stands: {@code topic-partition@offset}. */
  public String place() {
    return message.topic() + "-" + message.partition() + "@" + message.offset();
  }
}
