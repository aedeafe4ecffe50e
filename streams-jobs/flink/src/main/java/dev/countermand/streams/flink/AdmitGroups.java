package dev.countermand.streams.flink;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.NullUnmarked;

/**
 * Lets the windows of at most {@value #MAX_GROUPS} peer groups of each feature through, and counts
 * the others. A group that had no window for {@link Learning#KEPT} of event time gives its place to
 * one that comes then. People name the groups; whoever makes up names for them, by opening tasks
 * for instance, cannot make the state grow without end.
 *
 * @param <W> a window of a group's member
 */
@NullUnmarked // open() sets what the runtime needs before any element
final class AdmitGroups<W extends Flowing.OfGroup> extends KeyedProcessFunction<String, W, W> {
  private static final long serialVersionUID = 1L;

  /** Most groups that are learned for each feature. */
  static final int MAX_GROUPS = 256;

  private static final long KEPT = Learning.KEPT.toMillis();

  /** So long a group's last window is not written again, in milliseconds of event time. */
  private static final long PRECISION = Duration.ofHours(6).toMillis();

  private final LongCounter refused = new LongCounter();
  private transient MapState<String, Long> latest;

  @Override
  public void open(OpenContext context) {
    latest =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("groups", Types.STRING, Types.LONG));
    getRuntimeContext().addAccumulator(Summary.REFUSED, refused);
    getRuntimeContext().getMetricGroup().gauge(Summary.REFUSED, refused::getLocalValue);
  }

  @Override
  public void processElement(W window, Context context, Collector<W> out) throws Exception {
    String group = window.subject();
    Long last = latest.get(group);
    if (last == null && !hasPlace(window.start())) {
      refused.add(1);
      return;
    }
    if (last == null || window.start() >= last + PRECISION) {
      latest.put(group, window.start());
    }
    out.collect(window);
  }

  /** Whether there is a place, when those that were away for long have left. */
  private boolean hasPlace(long now) throws Exception {
    int groups = 0;
    Iterator<Map.Entry<String, Long>> all = latest.iterator();
    while (all.hasNext()) {
      if (all.next().getValue() + KEPT + PRECISION < now) {
        all.remove();
      } else {
        groups++;
      }
    }
    return groups < MAX_GROUPS;
  }
}
