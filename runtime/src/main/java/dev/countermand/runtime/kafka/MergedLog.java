package dev.countermand.runtime.kafka;

import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is on several topics now as one sequence in the order of time. Each partition is read so far
 * ahead that a record which came up to 500 records late is put where it belongs; one that came
 * later still follows as soon as it is read. Memory is bounded, however long the topics are: by 500
 * records of each partition, and by about 64 MiB for all. For one thread.
 */
public final class MergedLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int AHEAD = 500;
  private static final long AHEAD_BYTES = 64L << 20;
  private static final int FETCH = 1 << 20;

  /**
   * A record and its time.
   *
   * @param time of what it tells
   */
  public record Entry(Instant time, ConsumerRecord<String, byte[]> message) {
    private int bytes() {
      byte[] value = message.value();
      return value == null ? 0 : value.length;
    }
  }

  /** What is read ahead of one partition. */
  private static final class Cursor {
    final long end;
    final PriorityQueue<Entry> ahead;
    long bytes;

    Cursor(long end, Comparator<Entry> order) {
      this.end = end;
      this.ahead = new PriorityQueue<>(order);
    }

    boolean isFull(long limit) {
      return ahead.size() >= AHEAD || bytes >= limit;
    }
  }

  private final KafkaConsumer<String, byte[]> consumer;
  private final Function<ConsumerRecord<String, byte[]>, Optional<Instant>> times;
  private final Map<TopicPartition, Cursor> cursors = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Comparator<Entry> order =
      Comparator.comparing(Entry::time)
          .thenComparingInt(entry -> ranks.getOrDefault(entry.message().topic(), 0))
          .thenComparingInt(entry -> entry.message().partition())
          .thenComparingLong(entry -> entry.message().offset());
  private final long bytesEach;
  private final Duration limit;
  private final String place;
  private int most;

  /**
   * Opens the topics; those that do not exist are left out.
   *
   * @param topics of two records at one moment, that of the topic that is named first comes first
   * @param since when the first record that is read was written
   * @param times the time of a record; empty for one that is not wanted
   * @param limit how long Kafka may take to give the next records
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer
   */
  public MergedLog(
      KafkaSettings settings,
      List<String> topics,
      Instant since,
      Function<ConsumerRecord<String, byte[]>, Optional<Instant>> times,
      Duration limit) {
    this.times = times;
    this.limit = limit;
    this.place = settings.bootstrap();
    Properties properties = settings.tailing("countermand-merged-reader");
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * FETCH);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, AHEAD);
    this.consumer = new KafkaConsumer<>(properties);
    try {
      assign(topics, since);
    } catch (KafkaException e) {
      close();
      throw late(e);
    }
    this.bytesEach = AHEAD_BYTES / Math.max(1, cursors.size());
  }

  private void assign(List<String> topics, Instant since) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      ranks.put(topic, ranks.size());
      consumer
          .partitionsFor(topic, limit)
          .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
    LogReader.seek(consumer, ends, since, limit);
    ends.forEach((partition, end) -> cursors.put(partition, new Cursor(end, order)));
  }

  /**
   * The next record; null when there is no more of what was there when this was opened.
   *
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer than the limit
   */
  public @Nullable Entry next() {
    readAhead();
    Cursor first = null;
    for (Cursor cursor : cursors.values()) {
      Entry head = cursor.ahead.peek();
      Entry best = first == null ? null : first.ahead.peek();
      if (head != null && (best == null || order.compare(head, best) < 0)) {
        first = cursor;
      }
    }
    Entry entry = first == null ? null : first.ahead.poll();
    if (first != null && entry != null) {
      first.bytes -= entry.bytes();
    }
    return entry;
  }

  private void readAhead() {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (Collection<TopicPartition> open = open(); !open.isEmpty(); open = open()) {
        consumer.pause(cursors.keySet());
        consumer.resume(open);
        boolean any = false;
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          any = true;
          keep(message);
        }
        most = Math.max(most, held());
        if (any) {
          deadline = System.nanoTime() + limit.toNanos();
        } else if (System.nanoTime() > deadline) {
          throw late(null);
        }
      }
    } catch (KafkaException e) {
      throw late(e);
    }
  }

  /** The partitions of which too little is known to say which record is the next. */
  private Collection<TopicPartition> open() {
    List<TopicPartition> open = new ArrayList<>();
    cursors.forEach(
        (partition, cursor) -> {
          if (!cursor.isFull(bytesEach) && consumer.position(partition) < cursor.end) {
            open.add(partition);
          }
        });
    return open;
  }

  private void keep(ConsumerRecord<String, byte[]> message) {
    Cursor cursor = cursors.get(new TopicPartition(message.topic(), message.partition()));
    // What was written after this was opened is none of ours.
    if (cursor != null && message.offset() < cursor.end) {
      times
          .apply(message)
          .ifPresent(
              time -> {
                Entry entry = new Entry(time, message);
                cursor.ahead.add(entry);
                cursor.bytes += entry.bytes();
              });
    }
  }

  private int held() {
    return cursors.values().stream().mapToInt(cursor -> cursor.ahead.size()).sum();
  }

  /** The most records that were held at one time. */
  public int mostHeld() {
    return most;
  }

  private CountermandException late(@Nullable Exception e) {
    return new CountermandException(
        "KAFKA_UNREACHABLE", "Kafka at " + place + " did not give the next records in time.", e);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
  }
}
