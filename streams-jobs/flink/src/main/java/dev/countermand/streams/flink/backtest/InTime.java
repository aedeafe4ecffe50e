package dev.countermand.streams.flink.backtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Takes the events of each key in the order of time: which of two completes a finding depends on
 * which comes first, and partitions are read as it happens. Of one millisecond the later kind comes
 * first, then they are ordered by {@link Event#order}.
 */
abstract class InTime extends KeyedProcessFunction<String, Event, Event> {
  private static final long serialVersionUID = 1L;

  private transient MapState<Long, List<Event>> at;

  @Override
  public void open(OpenContext context) {
    at =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "at", Types.LONG, Types.LIST(TypeInformation.of(Event.class))));
  }

  @Override
  public final void processElement(Event event, Context context, Collector<Event> out)
      throws Exception {
    if (event.time <= context.timerService().currentWatermark()) {
      follow(event, out);
      return;
    }
    List<Event> waiting = at.get(event.time);
    List<Event> more = waiting == null ? new ArrayList<>() : new ArrayList<>(waiting);
    more.add(event);
    at.put(event.time, more);
    context.timerService().registerEventTimeTimer(event.time);
  }

  @Override
  public final void onTimer(long time, OnTimerContext context, Collector<Event> out)
      throws Exception {
    List<Event> due = new ArrayList<>(at.get(time));
    at.remove(time);
    due.sort(Comparator.comparing((Event one) -> -one.kind).thenComparing(one -> one.order));
    for (Event event : due) {
      follow(event, out);
    }
  }

  /** The next event of the current key. */
  abstract void follow(Event event, Collector<Event> out) throws IOException;
}
