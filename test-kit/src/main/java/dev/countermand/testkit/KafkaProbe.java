package dev.countermand.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Looks into topics and puts records there, as text. For one thread. */
public final class KafkaProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  public KafkaProbe(KafkaBackend kafka) {
    this(kafka.bootstrapServers());
  }

  public KafkaProbe(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * A record as text.
   *
   * @param key null where the record has none
   * @param value null for a tombstone
   * @param headers in their order; of two with one name the last
   */
  public record Message(
      String topic,
      int partition,
      long offset,
      @Nullable String key,
      @Nullable String value,
      Map<String, String> headers) {}

  /**
   * Creates a topic of that many partitions and returns its name: the prefix, a dash and random
   * letters.
   */
  public String createTopic(String prefix, int partitions) {
    String name = uniqueName(prefix);
    createTopics(List.of(new NewTopic(name, partitions, (short) 1)));
    return name;
  }

  /** A name that nobody else uses: the prefix, a dash and random letters and digits. */
  public static String uniqueName(String prefix) {
    return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Creates topics as they are described and returns when every partition has its leader. */
  public void createTopics(Collection<NewTopic> topics) {
    call("create topics", () -> admin.createTopics(topics).all().get());
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int i = 0; i < Math.max(1, topic.numPartitions()); i++) {
        partitions.put(new TopicPartition(topic.name(), i), OffsetSpec.earliest());
      }
    }
    // The controller answers before the broker has heard of the topic and leads it.
    Awaitility.await("the leaders of new topics")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> admin.listOffsets(partitions).all().get().size() == partitions.size());
  }

  /** Deletes topics; one that does not exist is an error. */
  public void deleteTopics(String... topics) {
    call("delete topics", () -> admin.deleteTopics(List.of(topics)).all().get());
  }

  /** The names of all topics but the broker's own. */
  public Set<String> topics() {
    return call("list topics", () -> admin.listTopics().names().get());
  }

  /** Every setting of a topic that has a value, the broker's defaults too. */
  public Map<String, String> settings(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Collection<Config> configs =
        call("describe " + topic, () -> admin.describeConfigs(List.of(resource)).all().get())
            .values();
    Map<String, String> settings = new TreeMap<>();
    for (ConfigEntry entry : configs.iterator().next().entries()) {
      if (entry.value() != null) {
        settings.put(entry.name(), entry.value());
      }
    }
    return settings;
  }

  /** Puts a record on a topic and returns its offset when the broker has it. */
  public long produce(String topic, @Nullable String key, @Nullable String value) {
    return produce(
        topic, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Puts any bytes on a topic, with headers, and returns the offset when the broker has them. */
  public long produce(
      String topic, @Nullable String key, byte @Nullable [] value, Map<String, String> headers) {
    return produce(topic, key, value, headers, null);
  }

  /** The same at a time; null for now. */
  public long produce(
      String topic,
      @Nullable String key,
      byte @Nullable [] value,
      Map<String, String> headers,
      @Nullable Instant time) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic, null, time == null ? null : time.toEpochMilli(), keyBytes, value);
    headers.forEach(
        (name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    RecordMetadata written = call("produce", () -> producer.send(message).get());
    return written.offset();
  }

  /**
   * Everything that is on the topic now, partition by partition, in the order of offsets. Bytes are
   * read as UTF-8. What a transaction wrote is there once it is committed.
   */
  public List<Message> readAll(String topic) {
    List<Message> messages = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "fetch.max.wait.ms",
                50,
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(message -> messages.add(text(message)));
      }
    }
    return messages.stream()
        .sorted(Comparator.comparingInt(Message::partition).thenComparingLong(Message::offset))
        .toList();
  }

  /** The value of the record at a place; an error where there is none. */
  public String value(String topic, int partition, long offset) {
    return readAll(topic).stream()
        .filter(one -> one.partition() == partition && one.offset() == offset)
        .map(Message::value)
        .findFirst()
        .orElseThrow();
  }

  /** Waits up to 30 s until the topic holds at least that many records and returns all of them. */
  public List<Message> awaitAtLeast(String topic, int count) {
    return Awaitility.await("at least " + count + " records on " + topic)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> readAll(topic), messages -> messages.size() >= count);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
  }

  private static Message text(ConsumerRecord<byte[], byte[]> message) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : message.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return new Message(
        message.topic(),
        message.partition(),
        message.offset(),
        decode(message.key()),
        decode(message.value()),
        headers);
  }

  private static @Nullable String decode(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private interface Remote<T> {
    T get() throws ExecutionException, InterruptedException;
  }

  private static <T> T call(String what, Remote<T> remote) {
    try {
      return remote.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("could not " + what + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + what, e);
    }
  }
}
