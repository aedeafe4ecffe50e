package dev.countermand.streams.flink;

import dev.countermand.model.Baseline;
import dev.countermand.streams.flink.Flowing.Published;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.NullUnmarked;

/**
 * Keeps what was learned of each key and publishes it: with its first window, then at most once in
 * an interval of event time while something changes, and when the input ends. A key that nothing
 * was learned for within {@link #KEPT} of event time is forgotten, and its baseline is taken back:
 * a document of null.
 *
 * <p>State is the JSON of what was learned, so that a savepoint outlives a change of the record.
 *
 * @param <W> a window
 * @param <L> what is learned
 */
@NullUnmarked // open() sets what the runtime needs before any element
abstract class Learning<W, L> extends KeyedProcessFunction<String, W, Published> {
  private static final long serialVersionUID = 1L;

  /** How long a key that nothing is learned for is remembered, in event time. */
  static final Duration KEPT = Duration.ofDays(60);

  /** The same in processing time: longer, so that the baseline is taken back before. */
  private static final Duration STATE_KEPT = KEPT.plusDays(7);

  private final String name;
  private final long publishEvery;
  private final LongCounter keys = new LongCounter();
  private final LongCounter windows = new LongCounter();
  private transient ValueState<byte[]> learned;
  private transient ValueState<String> names;
  private transient ValueState<Long> next;
  private transient ValueState<Boolean> waiting;
  private transient ValueState<Long> expiry;

  /**
   * @param name of the state that holds what was learned
   */
  Learning(String name, Duration publishEvery) {
    this.name = name;
    this.publishEvery = publishEvery.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    learned =
        state(
            new ValueStateDescriptor<>(
                name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    names = state(new ValueStateDescriptor<>("peers", Types.STRING));
    next = state(new ValueStateDescriptor<>("next", Types.LONG));
    waiting = state(new ValueStateDescriptor<>("waiting", Types.BOOLEAN));
    // Without a time to live: its timer ends it.
    expiry = getRuntimeContext().getState(new ValueStateDescriptor<>("expiry", Types.LONG));
    getRuntimeContext().addAccumulator(Summary.KEYS, keys);
    getRuntimeContext().addAccumulator(Summary.WINDOWS, windows);
  }

  private <T> ValueState<T> state(ValueStateDescriptor<T> descriptor) {
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(STATE_KEPT)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .build());
    return getRuntimeContext().getState(descriptor);
  }

  /** Reads what {@link #encode} wrote. */
  abstract L decode(byte[] json);

  /** The JSON of what was learned. */
  abstract byte[] encode(L known);

  /** Until when it was learned. */
  abstract Instant until(L known);

  /** What others read of it. */
  abstract Baseline baseline(String subject, String feature, L known, String peers);

  /** What is known of the current key, null before its first window. */
  final L known() throws Exception {
    byte[] json = learned.value();
    return json == null ? null : decode(json);
  }

  /**
   * Keeps what is known now, and publishes it when its time has come.
   *
   * @param peers the group that the subject belongs to now; null for none
   */
  final void keep(L known, String peers, Context context) throws Exception {
    if (learned.value() == null) {
      keys.add(1);
    }
    if (peers != null && !peers.equals(names.value())) {
      names.update(peers);
    }
    windows.add(1);
    learned.update(encode(known));
    long end = until(known).toEpochMilli();
    if (waiting.value() == null) {
      Long due = next.value();
      context.timerService().registerEventTimeTimer(due == null ? end : Math.max(due, end));
      waiting.update(true);
    }
    if (expiry.value() == null) {
      expires(end + KEPT.toMillis(), context);
    }
  }

  private void expires(long time, Context context) throws Exception {
    context.timerService().registerEventTimeTimer(time);
    expiry.update(time);
  }

  @Override
  public final void onTimer(long time, OnTimerContext context, Collector<Published> out)
      throws Exception {
    L known = known();
    String key = context.getCurrentKey();
    Long expires = expiry.value();
    if (expires != null && time == expires) {
      long due = known == null ? time : until(known).toEpochMilli() + KEPT.toMillis();
      if (due > time) {
        expires(due, context);
      } else if (context.timerService().currentWatermark() < Long.MAX_VALUE) {
        forget();
        out.collect(new Published(key, null));
        return;
      }
      // Else the input has ended, which fires every timer: nobody was away for that long.
    }
    if (known != null && waiting.value() != null) {
      waiting.clear();
      next.update(time + publishEvery);
      int bar = key.lastIndexOf('|');
      Baseline baseline =
          baseline(key.substring(0, bar), key.substring(bar + 1), known, names.value());
      out.collect(new Published(key, Baseline.CODEC.encode(baseline)));
    }
  }

  private void forget() {
    learned.clear();
    names.clear();
    next.clear();
    waiting.clear();
    expiry.clear();
  }
}
