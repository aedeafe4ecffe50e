package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class FirstOffsetsTest {
  private static final TopicPartition PARTITION = new TopicPartition("outcomes", 0);
  private static final Instant FROM = Instant.parse("2026-11-20T09:00:00Z");

  @Test
  void aRecordThatComesBetweenTheQuestionsIsRead() {
    for (int first = 1; first <= 2; first++) {
      try (Log log = new Log(first)) {
        assertThat(FirstOffsets.of(log, List.of(PARTITION), FROM))
            .as("it comes before question %s", first)
            .containsEntry(PARTITION, new OffsetAndMetadata(0));
      }
    }
  }

  @Test
  void whereNothingIsSoNewReadingBeginsAtTheEnd() {
    try (Log log = new Log(3)) {
      log.end = 7;
      assertThat(FirstOffsets.of(log, List.of(PARTITION), FROM))
          .containsEntry(PARTITION, new OffsetAndMetadata(7));
    }
  }

  @Test
  void aPartitionThatWasReadBeforeHasNoFirstOffset() {
    try (Log log = new Log(3)) {
      log.committed.put(PARTITION, new OffsetAndMetadata(3));
      assertThat(FirstOffsets.of(log, List.of(PARTITION), FROM)).isEmpty();
    }
  }

  /** A log that gets a record, at its end and newer than any instant, before the n-th question. */
  private static final class Log extends MockConsumer<String, byte[]> {
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final int arrival;
    private int questions;
    private long end;
    private boolean hasNew;

    Log(int arrival) {
      super("none");
      this.arrival = arrival;
    }

    private void asked() {
      questions++;
      if (questions == arrival) {
        end++;
        hasNew = true;
      }
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions) {
      return committed;
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions) {
      asked();
      return Map.of(PARTITION, end);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      asked();
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      found.put(PARTITION, hasNew ? new OffsetAndTimestamp(end - 1, FROM.toEpochMilli()) : null);
      return found;
    }
  }
}
