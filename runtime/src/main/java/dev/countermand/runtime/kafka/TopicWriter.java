package dev.countermand.runtime.kafka;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes single records for people who operate, and returns when Kafka has them. */
public final class TopicWriter implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final KafkaSettings settings;
  private final KafkaProducer<String, byte[]> producer;

  /** A writer to the topics of a deployment; creates those that are missing. */
  public TopicWriter(Configuration.Kafka kafka) {
    this(kafka, Duration.ofSeconds(30));
  }

  /**
   * The same for somebody who does not wait for long.
   *
   * @param limit how long each answer of Kafka is waited for while it starts
   * @throws CountermandException KAFKA_UNREACHABLE when Kafka does not answer in that time
   */
  public TopicWriter(Configuration.Kafka kafka, Duration limit) {
    this.settings = kafka.settings();
    new TopicAdmin(settings, limit)
        .ensure(settings.topics().all(), kafka.partitions(), kafka.replication());
    Properties properties = settings.producer("countermand-operator");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DEADLINE.toMillis());
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DEADLINE.toMillis());
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) DEADLINE.toMillis() / 2);
    this.producer = new KafkaProducer<>(properties);
  }

  /**
   * Writes a record; it is on Kafka when this returns.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when Kafka does not take it
   */
  public <T> void write(String topic, String key, DocumentCodec<T> codec, T value) {
    send(new ProducerRecord<>(topic, key, codec.encode(value)));
  }

  /**
   * Removes what a compacted topic has under a key; it is on Kafka when this returns.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when Kafka does not take it
   */
  public void remove(String topic, String key) {
    send(new ProducerRecord<>(topic, key, null));
  }

  private void send(ProducerRecord<String, byte[]> message) {
    String topic = message.topic();
    try {
      producer.send(message).get();
    } catch (ExecutionException e) {
      throw new CountermandException(
          "KAFKA_UNREACHABLE",
          "Kafka at " + settings.bootstrap() + " did not take the record for " + topic + ".",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while writing to " + topic + ".");
    }
  }

  @Override
  public void close() {
    producer.close(DEADLINE);
  }
}
