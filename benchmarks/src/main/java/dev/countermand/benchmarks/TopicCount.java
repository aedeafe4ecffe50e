package dev.countermand.benchmarks;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** How many records a topic has that no transaction writes to. For one thread. */
final class TopicCount implements LongSupplier, AutoCloseable {
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

  TopicCount(KafkaSettings kafka, String topic) {
    consumer = new KafkaConsumer<>(kafka.tailing("bench-count"));
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
  }

  @Override
  public long getAsLong() {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
