package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of checkpoints as the notary that leads writes it: in transactions, so that one that
 * led before and does not know that it leads no more is fenced. For one thread.
 */
final class CheckpointTopic implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CheckpointTopic.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STALL = Duration.ofSeconds(60);
  private static final int FIRST_WINDOW = 1_000;
  private static final int MAX_KEY = 400;

  private final KafkaSettings kafka;
  private final TopicPartition partition;
  private final KafkaProducer<String, byte[]> producer;

  /** Fences whoever wrote before. */
  CheckpointTopic(KafkaSettings kafka) {
    this.kafka = kafka;
    this.partition = new TopicPartition(kafka.topics().checkpoints(), 0);
    Properties properties = kafka.producer("countermand-notary");
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, kafka.topics().prefix() + "-notary");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "20000");
    properties.putAll(kafka.client());
    this.producer = new KafkaProducer<>(properties);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Publishes some; all are on the topic when this returns, or none and it throws. */
  void publish(List<Sealed> checkpoints) {
    producer.beginTransaction();
    for (Sealed one : checkpoints) {
      producer.send(
          new ProducerRecord<>(
              partition.topic(), 0, key(one), Checkpoint.CODEC.encode(one.checkpoint())));
    }
    producer.commitTransaction();
  }

  private static String key(Sealed one) {
    return one.checkpoint().topic() + "/" + one.checkpoint().partition();
  }

  /**
   * Gives the checkpoints of logs in the order in which they stand, from far enough back to go on
   * from sizes that are known, or from the last one of a log of which none is.
   *
   * @param known sizes by the key of the log; -1 where none is known
   */
  void since(Map<String, Long> known, PublicKeys keys, BiConsumer<String, Checkpoint> consumer) {
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(kafka.tailing("countermand-notary-checkpoints"))) {
      reader.assign(List.of(partition));
      long beginning = reader.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Set<String> open = new HashSet<>(known.keySet());
      long window = FIRST_WINDOW;
      long from = end;
      while (from > beginning && !open.isEmpty()) {
        long to = from;
        from = Math.max(beginning, from - window);
        window *= 4;
        each(
            reader,
            from,
            to,
            message ->
                decoded(message, known)
                    .filter(one -> reaches(one, known.getOrDefault(message.key(), -1L), keys))
                    .ifPresent(one -> open.remove(message.key())));
      }
      each(
          reader,
          from,
          end,
          message -> decoded(message, known).ifPresent(one -> consumer.accept(message.key(), one)));
    }
  }

  private static boolean reaches(Checkpoint one, long known, PublicKeys keys) {
    return (known < 0 || one.before() <= known)
        && keys.verifies(
            one.key(),
            Sealed.body(new LogName(one.topic(), Math.toIntExact(one.partition())), one),
            one.signature());
  }

  private void each(
      KafkaConsumer<String, byte[]> reader,
      long from,
      long to,
      Consumer<ConsumerRecord<String, byte[]>> consumer) {
    reader.seek(partition, from);
    long deadline = System.nanoTime() + STALL.toNanos();
    while (reader.position(partition) < to) {
      if (System.nanoTime() > deadline) {
        throw new CountermandException(
            "KAFKA_UNREACHABLE",
            "Kafka at " + kafka.bootstrap() + " does not give the checkpoints.");
      }
      for (ConsumerRecord<String, byte[]> message : reader.poll(POLL)) {
        deadline = System.nanoTime() + STALL.toNanos();
        if (message.offset() < to) {
          consumer.accept(message);
        }
      }
    }
  }

  private static Optional<Checkpoint> decoded(
      ConsumerRecord<String, byte[]> message, Map<String, Long> wanted) {
    String key = message.key();
    if (key == null
        || key.length() > MAX_KEY
        || message.value() == null
        || !wanted.containsKey(key)) {
      return Optional.empty();
    }
    try {
      Checkpoint one = Checkpoint.CODEC.decode(message.value());
      return Optional.of(one)
          .filter(found -> key.equals(found.topic() + "/" + found.partition()))
          .filter(found -> found.partition() == (int) found.partition());
    } catch (MalformedDocumentException e) {
      log.warn(
          "Offset {} of {} is no checkpoint; somebody else wrote it",
          message.offset(),
          message.topic());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
