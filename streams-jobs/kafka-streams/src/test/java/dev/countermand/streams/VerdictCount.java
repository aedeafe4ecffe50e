package dev.countermand.streams;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** How many verdicts are on their topic, those that are said again included. For one thread. */
final class VerdictCount implements AutoCloseable {
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;

  VerdictCount(KafkaSettings settings, int partitions) {
    this.consumer = new KafkaConsumer<>(settings.tailing("verdict-count"));
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(i -> new TopicPartition(settings.topics().verdicts(), i))
            .toList();
  }

  long now() {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
