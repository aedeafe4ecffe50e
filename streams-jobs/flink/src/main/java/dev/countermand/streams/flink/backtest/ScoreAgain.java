package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Task;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Scores the actions of an agent in the order of their partition, each id once, and sends on the
 * findings and the touches of credentials.
 */
final class ScoreAgain extends KeyedProcessFunction<String, Event, Event> {
  static final String ACTIONS = "actions";
  static final String REPEATED = "repeated";
  static final String FAILED = "failed";
  private static final long serialVersionUID = 1L;

  private final Backtest.Rules rules;
  private final Snapshot snapshot;
  private final long from;
  private final long to;

  private final LongCounter actions = new LongCounter();
  private final LongCounter repeated = new LongCounter();
  private final LongCounter failed = new LongCounter();
  private transient Scoring scoring;
  private transient History<Task> tasks;
  private transient Known known;
  private transient long moment;
  private transient DocumentState<AgentState> state;
  private transient MapState<String, Boolean> seen;

  /**
   * For a span of time.
   *
   * @param from the first millisecond that is read
   * @param to the end, exclusive
   */
  ScoreAgain(Backtest.Rules rules, Snapshot snapshot, long from, long to) {
    this.rules = rules;
    this.snapshot = snapshot;
    this.from = from;
    this.to = to;
  }

  @Override
  public void open(OpenContext context) {
    scoring = rules.scoring();
    tasks = snapshot.tasks();
    known = snapshot.known(() -> moment);
    state = new DocumentState<>(getRuntimeContext(), "agent", AgentState.CODEC, AgentState.EMPTY);
    seen =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("seen", Types.STRING, Types.BOOLEAN));
    getRuntimeContext().addAccumulator(ACTIONS, actions);
    getRuntimeContext().addAccumulator(REPEATED, repeated);
    getRuntimeContext().addAccumulator(FAILED, failed);
  }

  @Override
  public void processElement(Event event, Context context, Collector<Event> out) throws Exception {
    if (event.time < from || event.time >= to) {
      return;
    }
    Action action = Action.CODEC.decode(event.document);
    if (seen.contains(action.id())) {
      repeated.add(1);
      return;
    }
    moment = event.time;
    Task task = tasks.at(action.agentId(), moment).orElse(null);
    Scored scored;
    try {
      scored = scoring.score(action, task, known, state.value());
    } catch (RuntimeException | StackOverflowError e) {
      failed.add(1);
      return;
    }
    actions.add(1);
    seen.put(action.id(), true);
    state.update(scored.state());
    for (Finding finding : scored.findings()) {
      out.collect(Event.of(finding, event.time));
    }
    for (CredentialTouch touch : scored.touches()) {
      out.collect(
          new Event(
              touch.fingerprint(),
              Event.TOUCH,
              event.time,
              action.id(),
              CredentialTouch.CODEC.encode(touch)));
    }
  }
}
