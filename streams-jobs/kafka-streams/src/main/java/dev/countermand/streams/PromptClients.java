package dev.countermand.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Clients of a Kafka Streams job that sends in batches while it works off a backlog, and at once
 * when there is none: a stream thread that finds fewer than {@value #BACKLOG} records to read has
 * its producer send what waits. Until then records wait for company, at most {@value #LINGER_MS} ms
 * unless the settings say otherwise. Thread-safe.
 */
public final class PromptClients implements KafkaClientSupplier {
  /** The {@code linger.ms} of our jobs: so long a record waits at most in a backlog. */
  public static final int LINGER_MS = 25;

  /** The {@code batch.size} of our jobs, in bytes; why not Kafka's 16 KiB is in RATIONALE.md. */
  public static final int BATCH_BYTES = 128 << 10;

  /** From so many records on that wait to be read, those that were made may wait as well. */
  static final int BACKLOG = 100;

  /** By the name of the stream thread, which both of its clients' names begin with. */
  private final Map<String, PromptProducer> producers = new ConcurrentHashMap<>();

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Map<String, Object> settings = new HashMap<>(config);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    String thread = thread(config, "-producer");
    PromptProducer producer = new PromptProducer(settings, gone -> producers.remove(thread, gone));
    producers.put(thread, producer);
    return producer;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new AskingConsumer(config, thread(config, "-consumer"));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static String thread(Map<String, Object> config, String client) {
    String id = String.valueOf(config.get(StreamsConfig.CLIENT_ID_CONFIG));
    return id.endsWith(client) ? id.substring(0, id.length() - client.length()) : id;
  }

  /** The consumer of a stream thread, which reads only when all that it read was processed. */
  private final class AskingConsumer extends KafkaConsumer<byte[], byte[]> {
    private final String thread;

    AskingConsumer(Map<String, Object> config, String thread) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.thread = thread;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> there = super.poll(Duration.ZERO);
      PromptProducer producer = producers.get(thread);
      if (producer != null && there.count() < BACKLOG) {
        producer.sendWaiting();
      }
      return there.isEmpty() && !timeout.isZero() ? super.poll(timeout) : there;
    }
  }
}
