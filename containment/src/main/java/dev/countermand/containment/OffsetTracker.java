package dev.countermand.containment;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Which orders are finished, and so how far a partition may be committed: up to its lowest
 * unfinished offset. Thread-safe.
 */
final class OffsetTracker {
  private final Map<TopicPartition, Progress> partitions = new HashMap<>();

  private static final class Progress {
    final TreeSet<Long> unfinished = new TreeSet<>();
    long next;
    long committed = -1;

    long position() {
      return unfinished.isEmpty() ? next : unfinished.first();
    }
  }

  /** An order was read. */
  synchronized void started(TopicPartition partition, long offset) {
    Progress progress = partitions.computeIfAbsent(partition, p -> new Progress());
    progress.unfinished.add(offset);
    progress.next = Math.max(progress.next, offset + 1);
  }

  /** An order is finished; one of a partition that was given up meanwhile is ignored. */
  synchronized void finished(TopicPartition partition, long offset) {
    Progress progress = partitions.get(partition);
    if (progress != null) {
      progress.unfinished.remove(offset);
    }
  }

  /** What has moved since it was last {@linkplain #committed committed}. */
  synchronized Map<TopicPartition, OffsetAndMetadata> toCommit() {
    Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
    partitions.forEach(
        (partition, progress) -> {
          if (progress.position() > progress.committed) {
            moved.put(partition, new OffsetAndMetadata(progress.position()));
          }
        });
    return moved;
  }

  /** The broker has these. */
  synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          Progress progress = partitions.get(partition);
          if (progress != null) {
            progress.committed = Math.max(progress.committed, offset.offset());
          }
        });
  }

  /** The partitions are another process's now. */
  synchronized void forget(Collection<TopicPartition> lost) {
    lost.forEach(partitions::remove);
  }

  /** How many orders are read and not finished. */
  synchronized int unfinished() {
    return partitions.values().stream().mapToInt(progress -> progress.unfinished.size()).sum();
  }
}
