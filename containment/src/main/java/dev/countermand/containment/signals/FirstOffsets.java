package dev.countermand.containment.signals;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Where a group begins to read that has not read before. */
final class FirstOffsets {
  private FirstOffsets() {}

  /**
   * The offsets to begin with: of each partition of which the group has committed none, the first
   * record from an instant on, or the end where there is none. What is written while this is asked
   * is not left out.
   */
  static Map<TopicPartition, OffsetAndMetadata> of(
      Consumer<?, ?> consumer, Collection<TopicPartition> partitions, Instant from) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    Map<TopicPartition, Long> unknown = new HashMap<>();
    for (TopicPartition partition : partitions) {
      if (committed.get(partition) == null) {
        unknown.put(partition, from.toEpochMilli());
      }
    }
    // Before the question for the time: a record between the two would be before this end.
    Map<TopicPartition, Long> ends = consumer.endOffsets(unknown.keySet());
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(unknown);
    Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
    for (TopicPartition partition : unknown.keySet()) {
      OffsetAndTimestamp at = found.get(partition);
      starts.put(
          partition,
          new OffsetAndMetadata(at == null ? ends.getOrDefault(partition, 0L) : at.offset()));
    }
    return starts;
  }
}
