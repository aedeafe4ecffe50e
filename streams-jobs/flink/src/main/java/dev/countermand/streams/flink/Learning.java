package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.model.Baseline;
import dev.countermand.streams.flink.Flowing.Published;
import java.time.Duration;
import java.util.Locale;
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
 * Keeps the learned rate of each key and publishes it: with its first window, then at most once in
 * an interval of event time while something changes, and when the input ends.
 *
 * <p>State is the JSON of the rate, so that a savepoint outlives a change of the record.
 *
 * @param <W> a window
 */
@NullUnmarked // open() sets what the runtime needs before any element
abstract class Learning<W> extends KeyedProcessFunction<String, W, Published> {
  private static final long serialVersionUID = 1L;

  /** How long a key that nothing is learned for is remembered, in processing time. */
  static final Duration KEPT = Duration.ofDays(60);

  private final long publishEvery;
  private final LongCounter keys = new LongCounter();
  private final LongCounter windows = new LongCounter();
  private transient ValueState<byte[]> rates;
  private transient ValueState<String> names;
  private transient ValueState<Long> next;
  private transient ValueState<Boolean> waiting;

  Learning(Duration publishEvery) {
    this.publishEvery = publishEvery.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    rates =
        state(
            new ValueStateDescriptor<>(
                "rate", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    names = state(new ValueStateDescriptor<>("peers", Types.STRING));
    next = state(new ValueStateDescriptor<>("next", Types.LONG));
    waiting = state(new ValueStateDescriptor<>("waiting", Types.BOOLEAN));
    getRuntimeContext().addAccumulator(Summary.KEYS, keys);
    getRuntimeContext().addAccumulator(Summary.WINDOWS, windows);
  }

  private <T> ValueState<T> state(ValueStateDescriptor<T> descriptor) {
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(KEPT)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .build());
    return getRuntimeContext().getState(descriptor);
  }

  /** What is known of the current key, null before its first window. */
  final LearnedRate known() throws Exception {
    byte[] json = rates.value();
    return json == null ? null : LearnedRate.CODEC.decode(json);
  }

  /** Keeps what is known now, and publishes it when its time has come. */
  final void keep(LearnedRate rate, String peers, Context context) throws Exception {
    if (rates.value() == null) {
      keys.add(1);
      names.update(peers);
    }
    windows.add(1);
    rates.update(LearnedRate.CODEC.encode(rate));
    if (waiting.value() == null) {
      Long due = next.value();
      long end = rate.until().toEpochMilli();
      context.timerService().registerEventTimeTimer(due == null ? end : Math.max(due, end));
      waiting.update(true);
    }
  }

  @Override
  public final void onTimer(long time, OnTimerContext context, Collector<Published> out)
      throws Exception {
    waiting.clear();
    LearnedRate rate = known();
    if (rate != null) {
      next.update(time + publishEvery);
      String key = context.getCurrentKey();
      out.collect(new Published(key, Baseline.CODEC.encode(baseline(key, rate))));
    }
  }

  private Baseline baseline(String key, LearnedRate rate) throws Exception {
    int bar = key.lastIndexOf('|');
    Feature feature =
        Feature.valueOf(key.substring(bar + 1).toUpperCase(Locale.ROOT).replace('-', '_'));
    return rate.baseline(key.substring(0, bar), feature, names.value());
  }
}
