package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Finding;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.util.Collector;

/** Follows what the agents of each group do one after another. */
final class SequenceAgain extends InTime {
  private static final long serialVersionUID = 1L;

  private transient Sequences sequences;
  private transient DocumentState<SequenceState> state;

  @Override
  public void open(OpenContext context) {
    super.open(context);
    sequences = Sequences.standard();
    state =
        new DocumentState<>(getRuntimeContext(), "group", SequenceState.CODEC, SequenceState.EMPTY);
  }

  @Override
  void follow(Event event, Collector<Event> out) throws IOException {
    Sequences.Result result =
        sequences.follow(event.key, SequenceEvent.CODEC.decode(event.document), state.value());
    state.update(result.state());
    for (Finding finding : result.findings()) {
      out.collect(Event.of(finding, event.time));
    }
  }
}
