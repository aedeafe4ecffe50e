package dev.countermand.streams;

import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.detectors.sequence.Sequences;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what happens in each group of agents and forwards what an event completes. An event that
 * comes again completes the same again.
 *
 * <p>A group in which nothing happened for {@link #KEPT}, by the time of what is read, is deleted.
 * There are as many groups as there are tasks and owners, which people make, and the fleet.
 */
final class FollowGroup implements Processor<String, SequenceEvent, String, Sequences.Result> {
  /** The name of the store. */
  static final String NAME = "sequence-groups";

  /** Longer than any sequence: what lags behind other partitions still finds its group. */
  static final Duration KEPT = Duration.ofDays(2);

  private static final Logger log = LoggerFactory.getLogger(FollowGroup.class);
  private static final Duration SWEEP = Duration.ofSeconds(10);
  private static final int MAX_SWEPT = 500;

  private final Sequences sequences;
  private final RiskMetrics metrics;
  private @Nullable ProcessorContext<String, Sequences.Result> context;
  private @Nullable KeyValueStore<String, SequenceState> groups;
  private String cursor = "";

  FollowGroup(Sequences sequences, RiskMetrics metrics) {
    this.sequences = sequences;
    this.metrics = metrics;
  }

  static StoreBuilder<KeyValueStore<String, SequenceState>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(NAME),
            Serdes.String(),
            DocumentSerde.lenient(SequenceState.CODEC))
        .withCachingDisabled();
  }

  @Override
  public void init(ProcessorContext<String, Sequences.Result> context) {
    this.context = context;
    this.groups = context.getStateStore(NAME);
    context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, now -> sweep());
  }

  @Override
  public void process(Record<String, SequenceEvent> record) {
    if (context == null || record.value() == null) {
      return;
    }
    SequenceState found = store().get(record.key());
    SequenceState before = found == null ? SequenceState.EMPTY : found;
    Sequences.Result result = sequences.follow(record.key(), record.value(), before);
    if (result.state() != SequenceState.EMPTY) {
      // Also when it is the same: after a crash the disk may know more than the changelog.
      store().put(record.key(), result.state());
    }
    if (!result.findings().isEmpty()) {
      metrics.sequences(result.findings());
      context.forward(record.withValue(result));
    }
  }

  private KeyValueStore<String, SequenceState> store() {
    return Objects.requireNonNull(groups, "process before init");
  }

  /** A part of the store at a time. */
  private void sweep() {
    if (context == null) {
      return;
    }
    Instant now = Instant.ofEpochMilli(Math.max(0, context.currentStreamTimeMs()));
    List<String> over = new ArrayList<>();
    int seen = 0;
    String next = "";
    try (KeyValueIterator<String, SequenceState> some =
        cursor.isEmpty() ? store().all() : store().range(cursor, null)) {
      while (some.hasNext() && next.isEmpty()) {
        KeyValue<String, SequenceState> one = some.next();
        if (seen++ == MAX_SWEPT) {
          next = one.key;
        } else if (one.value == null || one.value.latest().plus(KEPT).isBefore(now)) {
          over.add(one.key);
        }
      }
    }
    cursor = next;
    over.forEach(store()::delete);
    if (!over.isEmpty()) {
      log.info("{} groups of agents in which nothing happens any more are forgotten", over.size());
    }
  }
}
