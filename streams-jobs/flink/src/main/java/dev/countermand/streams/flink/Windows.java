package dev.countermand.streams.flink;

import dev.countermand.streams.flink.Flowing.Members;
import dev.countermand.streams.flink.Flowing.Observed;
import dev.countermand.streams.flink.Flowing.Traits;
import dev.countermand.streams.flink.Flowing.Window;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** How what falls into a window becomes one value, of constant size. */
final class Windows {
  /** Most members of a peer group that are learned from in one window. */
  static final int MAX_MEMBERS = 1_024;

  /** Most that a subject is seen with in one window. */
  static final int MAX_TRAITS = 256;

  private Windows() {}

  /** Adds the samples up. */
  static final class Sum implements AggregateFunction<Observed, Window, Window> {
    private static final long serialVersionUID = 1L;

    @Override
    public Window createAccumulator() {
      return new Window(0, "", "", "", 0, true);
    }

    @Override
    public Window add(Observed one, Window sum) {
      return new Window(
          0,
          one.subject(),
          one.feature(),
          first(one.peers(), sum.peers()),
          sum.count() + one.count(),
          sum.teaches() && one.teaches());
    }

    @Override
    public Window getResult(Window sum) {
      return sum;
    }

    @Override
    public Window merge(Window one, Window other) {
      return one.and(other);
    }
  }

  /**
   * The group of a window in which an agent went from one to another: the first of their names, so
   * that it does not matter which came first. What is empty is none yet.
   */
  static String first(String one, String other) {
    return other.isEmpty() || (!one.isEmpty() && one.compareTo(other) < 0) ? one : other;
  }

  /** Says when the window began. */
  static final class Begin extends ProcessWindowFunction<Window, Window, String, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(String key, Context context, Iterable<Window> sums, Collector<Window> out) {
      for (Window sum : sums) {
        out.collect(
            new Window(
                context.window().getStart(),
                sum.subject(),
                sum.feature(),
                sum.peers(),
                sum.count(),
                sum.teaches()));
      }
    }
  }

  /** Gathers what a subject, or a peer group, is seen with. */
  static final class Union implements AggregateFunction<Traits, Traits, Traits> {
    private static final long serialVersionUID = 1L;

    @Override
    public Traits createAccumulator() {
      return new Traits(0, "", "", new String[0], true);
    }

    @Override
    public Traits add(Traits one, Traits all) {
      return new Traits(
          one.start(),
          one.subject(),
          first(one.peers(), all.peers()),
          union(one.traits(), all.traits()),
          one.teaches() && all.teaches());
    }

    @Override
    public Traits getResult(Traits all) {
      return all;
    }

    @Override
    public Traits merge(Traits one, Traits other) {
      return add(one, other);
    }

    /** Of too many the first in their order, so that it does not matter which came first. */
    private static String[] union(String[] one, String[] other) {
      return Stream.concat(Arrays.stream(one), Arrays.stream(other))
          .distinct()
          .sorted()
          .limit(MAX_TRAITS)
          .toArray(String[]::new);
    }
  }

  /** Puts the members of a group beside each other. */
  static final class Gather implements ReduceFunction<Members> {
    private static final long serialVersionUID = 1L;

    @Override
    public Members reduce(Members one, Members other) {
      int all = Math.min(MAX_MEMBERS, one.counts().length + other.counts().length);
      int more = all - one.counts().length;
      long[] counts = Arrays.copyOf(one.counts(), all);
      double[] watched = Arrays.copyOf(one.watched(), all);
      System.arraycopy(other.counts(), 0, counts, one.counts().length, more);
      System.arraycopy(other.watched(), 0, watched, one.counts().length, more);
      return new Members(one.start(), one.subject(), one.feature(), counts, watched);
    }
  }
}
