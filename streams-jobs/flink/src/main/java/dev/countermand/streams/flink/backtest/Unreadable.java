package dev.countermand.streams.flink.backtest;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Counts what cannot be read, and leaves it out. */
final class Unreadable extends ProcessFunction<Event, Event> {
  static final String NAME = "unreadable";
  private static final long serialVersionUID = 1L;

  private final LongCounter count = new LongCounter();

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(NAME, count);
  }

  @Override
  public void processElement(Event event, Context context, Collector<Event> out) {
    if (event.kind == Event.UNREADABLE) {
      count.add(1);
    } else {
      out.collect(event);
    }
  }
}
