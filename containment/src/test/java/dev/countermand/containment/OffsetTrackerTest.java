package dev.countermand.containment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class OffsetTrackerTest {
  private static final TopicPartition FIRST = new TopicPartition("orders", 0);
  private static final TopicPartition SECOND = new TopicPartition("orders", 1);

  private final OffsetTracker tracker = new OffsetTracker();

  @Test
  void theLowestUnfinishedOrderHoldsBackAllAboveIt() {
    started(FIRST, 5, 6, 7);
    tracker.finished(FIRST, 6);
    tracker.finished(FIRST, 7);
    assertThat(position(FIRST)).isEqualTo(5);
    tracker.finished(FIRST, 5);
    assertThat(position(FIRST)).isEqualTo(8);
  }

  @Test
  void partitionsDoNotHoldUpEachOther() {
    started(FIRST, 5);
    started(SECOND, 9);
    tracker.finished(SECOND, 9);
    assertThat(position(FIRST)).isEqualTo(5);
    assertThat(position(SECOND)).isEqualTo(10);
  }

  @Test
  void whatIsCommittedIsNotCommittedAgain() {
    started(FIRST, 5);
    tracker.finished(FIRST, 5);
    Map<TopicPartition, OffsetAndMetadata> moved = tracker.toCommit();
    tracker.committed(moved);
    assertThat(tracker.toCommit()).isEmpty();
  }

  @Test
  void aFailedCommitIsTriedAgain() {
    started(FIRST, 5);
    tracker.finished(FIRST, 5);
    assertThat(tracker.toCommit()).isEqualTo(tracker.toCommit()).isNotEmpty();
  }

  @Test
  void anOrderOfAPartitionThatIsGoneIsIgnored() {
    started(FIRST, 5);
    tracker.forget(List.of(FIRST));
    tracker.finished(FIRST, 5);
    assertThat(tracker.toCommit()).isEmpty();
    assertThat(tracker.unfinished()).isZero();
  }

  private void started(TopicPartition partition, long... offsets) {
    for (long offset : offsets) {
      tracker.started(partition, offset);
    }
  }

  private long position(TopicPartition partition) {
    return tracker.toCommit().get(partition).offset();
  }
}
