package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of one partition as they stand now, up to where it ended when this was made. For one
 * thread.
 */
final class Records implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STALL = Duration.ofSeconds(60);
  private static final int MAX_ID = 200;

  private final KafkaSettings kafka;
  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deque<ConsumerRecord<byte[], byte[]>> ready = new ArrayDeque<>();
  private final long beginning;
  private final long end;

  Records(KafkaSettings kafka, LogName log) {
    this.kafka = kafka;
    this.partition = log.inKafka();
    Properties properties = kafka.tailing("countermand-verify");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
    this.consumer = new KafkaConsumer<>(properties);
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    beginning = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
    end = consumer.endOffsets(one).getOrDefault(partition, 0L);
    consumer.seek(partition, beginning);
  }

  /** The offset of the first record that is kept. */
  long beginning() {
    return beginning;
  }

  /** The offset after the last record. */
  long end() {
    return end;
  }

  void seek(long offset) {
    ready.clear();
    consumer.seek(partition, Math.min(Math.max(offset, beginning), end));
  }

  /**
   * The next one; empty at the end.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when nothing comes for a minute
   */
  Optional<ConsumerRecord<byte[], byte[]>> next() {
    long deadline = System.nanoTime() + STALL.toNanos();
    while (ready.isEmpty() && consumer.position(partition) < end) {
      consumer.poll(POLL).forEach(ready::add);
      if (System.nanoTime() > deadline) {
        throw new CountermandException(
            "KAFKA_UNREACHABLE",
            "Kafka at " + kafka.bootstrap() + " does not give the records of " + partition + ".");
      }
    }
    return Optional.ofNullable(ready.poll()).filter(record -> record.offset() < end);
  }

  /** The record at an offset; empty where none is. */
  Optional<ConsumerRecord<byte[], byte[]>> at(long offset) {
    if (offset < beginning || offset >= end) {
      return Optional.empty();
    }
    seek(offset);
    return next().filter(record -> record.offset() == offset);
  }

  /** The {@code event.id} of the document at an offset, without what would move a cursor. */
  Optional<String> idAt(long offset) {
    return at(offset).flatMap(Records::id);
  }

  private static Optional<String> id(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      JsonNode id = Json.mapper().readTree(record.value()).at("/event/id");
      String text = id.asText().replaceAll("\\p{Cntrl}", "?");
      return Optional.of(text)
          .filter(t -> id.isTextual() && !t.isEmpty())
          .map(t -> t.length() <= MAX_ID ? t : t.substring(0, MAX_ID));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
