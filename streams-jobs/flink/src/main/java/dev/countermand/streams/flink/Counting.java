package dev.countermand.streams.flink;

import dev.countermand.streams.flink.Flowing.Observed;
import dev.countermand.streams.flink.Flowing.Published;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Counts what passes, under a name of {@link Summary} and as a metric, and lets some pass.
 *
 * @param <O> what goes on
 */
abstract class Counting<O> extends ProcessFunction<Observed, O> {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final LongCounter count = new LongCounter();

  Counting(String name) {
    this.name = name;
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(name, count);
    getRuntimeContext().getMetricGroup().gauge(name, count::getLocalValue);
  }

  /** What goes on and is counted; null for nothing. */
  abstract @Nullable O passing(Observed one);

  @Override
  public final void processElement(Observed one, Context context, Collector<O> out) {
    O passing = passing(one);
    if (passing != null) {
      count.add(1);
      out.collect(passing);
    }
  }

  /** All that comes. */
  static final class All extends Counting<Observed> {
    private static final long serialVersionUID = 1L;

    All(String name) {
      super(name);
    }

    @Override
    Observed passing(Observed one) {
      return one;
    }
  }

  /** The dead letters of what could not be read. */
  static final class Unreadable extends Counting<Published> {
    private static final long serialVersionUID = 1L;

    Unreadable() {
      super(Summary.UNREADABLE);
    }

    @Override
    @Nullable Published passing(Observed one) {
      byte[] letter = one.letter();
      return letter == null ? null : new Published("", letter);
    }
  }

  /**
   * Samples, or else traits, of a span of event time, from the first millisecond to before the
   * last.
   */
  static final class Within extends Counting<Observed> {
    private static final long serialVersionUID = 1L;

    private final long from;
    private final long to;

    private final boolean ofTraits;

    private Within(String name, boolean ofTraits, long from, long to) {
      super(name);
      this.ofTraits = ofTraits;
      this.from = from;
      this.to = to;
    }

    static Within samples(long from, long to) {
      return new Within(Summary.SAMPLES, false, from, to);
    }

    static Within traits(long from, long to) {
      return new Within("traits", true, from, to);
    }

    @Override
    @Nullable Observed passing(Observed one) {
      boolean wanted = one.letter() == null && (one.traits() != null) == ofTraits;
      return wanted && one.time() >= from && one.time() < to ? one : null;
    }
  }
}
