package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Follows the trail of each credential over all agents, in the order of time: which of two touches
 * completes a finding depends on which comes first, and partitions are read as it happens.
 */
final class FollowAgain extends KeyedProcessFunction<String, Event, Event> {
  private static final long serialVersionUID = 1L;

  private final Snapshot snapshot;
  private transient TrailScoring scoring;
  private transient Map<String, Credential> credentials;
  private transient DocumentState<CredentialTrail> trail;
  private transient MapState<Long, List<Event>> at;

  FollowAgain(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public void open(OpenContext context) {
    scoring = TrailScoring.standard();
    credentials = snapshot.credentials();
    trail =
        new DocumentState<>(
            getRuntimeContext(), "trail", CredentialTrail.CODEC, CredentialTrail.EMPTY);
    at =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "at", Types.LONG, Types.LIST(TypeInformation.of(Event.class))));
  }

  @Override
  public void processElement(Event event, Context context, Collector<Event> out) throws Exception {
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
  public void onTimer(long time, OnTimerContext context, Collector<Event> out) throws Exception {
    List<Event> due = new ArrayList<>(at.get(time));
    at.remove(time);
    due.sort(Comparator.comparing((Event one) -> -one.kind).thenComparing(one -> one.order));
    for (Event event : due) {
      follow(event, out);
    }
  }

  private void follow(Event event, Collector<Event> out) throws IOException {
    CredentialTrail before = trail.value();
    if (event.kind == Event.TAKEN) {
      trail.update(before.plus(Taken.CODEC.decode(event.document)));
      return;
    }
    CredentialTouch touch = CredentialTouch.CODEC.decode(event.document);
    Credential registered =
        Stream.concat(Stream.of(touch.fingerprint()), touch.others().stream())
            .map(credentials::get)
            .filter(Objects::nonNull)
            .max(Comparator.comparing(Credential::time))
            .orElse(null);
    TrailScoring.Result result = scoring.score(touch, before, registered);
    trail.update(result.trail());
    for (Finding finding : result.findings()) {
      out.collect(Event.of(finding, event.time));
    }
  }
}
