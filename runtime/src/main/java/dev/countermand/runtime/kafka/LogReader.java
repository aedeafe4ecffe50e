package dev.countermand.runtime.kafka;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a whole topic once, for people who ask what happened. */
public final class LogReader {
  private static final Logger log = LoggerFactory.getLogger(LogReader.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /** Most documents that are kept: those that were read last. */
  private static final int MAX = 100_000;

  private final KafkaSettings settings;

  /** A reader of a deployment's topics. */
  public LogReader(KafkaSettings settings) {
    this.settings = settings;
  }

  /**
   * A document and where it stands.
   *
   * @param offset in the partition
   */
  public record Stored<T>(String topic, int partition, long offset, T document) {}

  /**
   * The documents that are on a topic now, in the order in which they were read; beyond 100,000 the
   * first that were read are left out. What cannot be read is left out and told of in the log.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer than the limit
   */
  public <T> List<T> read(String topic, DocumentCodec<T> codec, Duration limit) {
    return read(topic, codec, Instant.EPOCH, all -> true, limit).stream()
        .map(Stored::document)
        .toList();
  }

  /**
   * Those of the documents that are wanted, as {@link #read(String, DocumentCodec, Duration)}, with
   * where they stand.
   *
   * @param since when the first that is read was written
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer than the limit
   */
  public <T> List<Stored<T>> read(
      String topic, DocumentCodec<T> codec, Instant since, Predicate<T> wanted, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    List<Stored<T>> documents = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings.tailing("countermand-reader"))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, limit).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
      seek(consumer, ends, since, limit);
      while (!reached(consumer, ends)) {
        if (System.nanoTime() > deadline) {
          throw late(topic, null);
        }
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          decode(message, codec)
              .filter(wanted)
              .ifPresent(
                  document ->
                      documents.add(
                          new Stored<>(topic, message.partition(), message.offset(), document)));
        }
        if (documents.size() > MAX) {
          documents.subList(0, documents.size() - MAX).clear();
        }
      }
    } catch (KafkaException e) {
      throw late(topic, e);
    }
    return documents;
  }

  /** Puts every partition where the first record stands that was written then or later. */
  static void seek(
      KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends, Instant since, Duration limit) {
    if (!since.isAfter(Instant.EPOCH)) {
      consumer.seekToBeginning(ends.keySet());
      return;
    }
    Map<TopicPartition, Long> times = new HashMap<>();
    ends.keySet().forEach(partition -> times.put(partition, since.toEpochMilli()));
    // A partition to which nothing was written since then has no offset.
    consumer
        .offsetsForTimes(times, limit)
        .forEach(
            (partition, found) ->
                consumer.seek(
                    partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
  }

  private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static <T> Optional<T> decode(
      ConsumerRecord<String, byte[]> message, DocumentCodec<T> codec) {
    try {
      return message.value() == null
          ? Optional.empty()
          : Optional.of(codec.decode(message.value()));
    } catch (MalformedDocumentException e) {
      log.warn(
          "Offset {} of {}-{} cannot be read and is left out",
          message.offset(),
          message.topic(),
          message.partition());
      return Optional.empty();
    }
  }

  private CountermandException late(String topic, @org.jspecify.annotations.Nullable Exception e) {
    return new CountermandException(
        "KAFKA_UNREACHABLE",
        "Kafka at " + settings.bootstrap() + " did not give all of " + topic + " in time.",
        e);
  }
}
