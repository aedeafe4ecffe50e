package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.SpoolRecord;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A producer that gives up as a whole: the first record that cannot be brought to Kafka in time
 * closes it, so that no later record of the same agent can overtake the one that failed. It is
 * replaced, never reused.
 */
final class Courier implements AutoCloseable {
  private static final long MAX_REQUEST_MILLIS = 2_000;

  private final KafkaProducer<String, byte[]> producer;
  private final Duration patience;
  private final AtomicBoolean failed = new AtomicBoolean();

  /** What became of one record; called on the producer's thread. */
  interface Result {
    void onKafka();

    /**
     * It is not known to be on Kafka; it may still arrive there.
     *
     * @param what a sentence that says what is known of it
     */
    void lost(String what);

    /** Kafka will never take this one, whatever happens. */
    void refused(Exception reason);
  }

  /**
   * A courier.
   *
   * @param block how long the caller may be kept waiting for metadata or room
   * @param patience how long a record may be on its way
   */
  Courier(KafkaSettings settings, Duration block, Duration patience) {
    this.patience = patience;
    Properties properties = settings.producer("countermand-gateway");
    String millis = Long.toString(patience.toMillis());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(block.toMillis()));
    properties.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Long.toString(Math.min(patience.toMillis(), MAX_REQUEST_MILLIS)));
    // A broker takes any first sequence of a producer it does not know, so with more than one
    // request under way the second could stand before the first.
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "20");
    properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "100");
    this.producer = new KafkaProducer<>(properties);
  }

  /**
   * Asks for the partitions of topics, so that sending to them does not have to wait.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka is away, or a topic is missing
   */
  void probe(List<String> topics, Consumer<String> asking) {
    for (String topic : topics) {
      asking.accept(topic);
      producer.partitionsFor(topic);
    }
  }

  /** Sends a record; may wait for room or metadata as long as the patience lasts. */
  void send(SpoolRecord message, Result result) {
    if (failed.get()) {
      result.lost("An earlier record did not get to Kafka.");
      return;
    }
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  message.topic(), null, message.time(), message.key(), message.value()),
              (metadata, error) -> done(error, result));
    } catch (RuntimeException e) {
      done(e, result);
    }
  }

  private void done(@Nullable Exception error, Result result) {
    if (error == null) {
      result.onKafka();
    } else if (error instanceof RecordTooLargeException
        || error instanceof RecordBatchTooLargeException
        || error instanceof SerializationException
        || error instanceof InvalidRecordException) {
      result.refused(error);
    } else {
      if (failed.compareAndSet(false, true)) {
        // At once and from this thread: what is still in the buffer must not be sent.
        producer.close(Duration.ZERO);
      }
      result.lost(known(error, patience));
    }
  }

  /** What an error says: one record that is late does not say whether Kafka is there. */
  static String known(Exception error, Duration patience) {
    return error instanceof TimeoutException
        ? "Kafka has not acknowledged a record within "
            + patience.toMillis()
            + " ms: "
            + error.getMessage()
        : "Kafka did not take a record: " + error.getMessage();
  }

  boolean hasFailed() {
    return failed.get();
  }

  /** Returns when nothing is on its way any more. */
  void flush() {
    if (!failed.get()) {
      producer.flush();
    } else {
      producer.close(Duration.ZERO);
    }
  }

  /** Gives up at once; every record that is on its way is told so before this returns. */
  void abandon() {
    failed.set(true);
    producer.close(Duration.ZERO);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
