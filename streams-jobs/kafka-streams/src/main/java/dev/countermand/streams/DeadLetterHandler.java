package dev.countermand.streams;

import dev.countermand.model.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends tasks and credentials that cannot be read to the dead letters and goes on; the value before
 * stays. Kafka Streams makes it by its class name and hands it its {@link Outlet} in the
 * configuration. (Actions are read inside the topology.)
 */
public final class DeadLetterHandler implements DeserializationExceptionHandler {
  static final String OUTLET = "countermand.dead-letters.outlet";

  /** Where the handler sends letters, and counts them. */
  interface Outlet {
    /** Which job it is that could not read, in one word. */
    String stage();

    /** The topic of the dead letters. */
    String topic();

    /** Whether records of a topic are read by the global thread, which has no producer. */
    boolean isGlobal(String topic);

    /** Sends a letter from outside the stream threads. */
    void send(ProducerRecord<byte[], byte[]> letter);

    /** Counts and logs a letter. */
    void refused(DeadLetter letter);
  }

  private @Nullable Outlet outlet;

  @Override
  public void configure(Map<String, ?> configs) {
    outlet = (Outlet) Objects.requireNonNull(configs.get(OUTLET), OUTLET);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> message, Exception exception) {
    Outlet to = Objects.requireNonNull(outlet);
    DeadLetter letter =
        Letters.of(
            to.stage(), message, message.timestamp(), "RECORD_UNREADABLE", exception.getMessage());
    to.refused(letter);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(to.topic(), null, DeadLetter.CODEC.encode(letter));
    if (to.isGlobal(message.topic())) {
      to.send(record);
      return Response.resume();
    }
    return Response.resume(List.of(record));
  }
}
