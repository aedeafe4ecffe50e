package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Sends the findings that can be part of a sequence to the groups they belong to. */
final class ToGroups extends RichFlatMapFunction<Event, Event> {
  private static final long serialVersionUID = 1L;

  private final Snapshot snapshot;
  private transient Sequences sequences;
  private transient History<Credential> credentials;

  ToGroups(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public void open(OpenContext context) {
    sequences = Sequences.standard();
    credentials = snapshot.credentials();
  }

  @Override
  public void flatMap(Event event, Collector<Event> out) {
    Finding finding = Finding.CODEC.decode(event.document);
    sequences
        .heard(
            finding,
            Instant.ofEpochMilli(event.time),
            fingerprint -> owner(fingerprint, event.time))
        .forEach(
            (key, heard) ->
                out.collect(
                    new Event(
                        key,
                        Event.HEARD,
                        event.time,
                        finding.id(),
                        SequenceEvent.CODEC.encode(heard))));
  }

  private @Nullable String owner(String fingerprint, long time) {
    return credentials.at(fingerprint, time).map(Credential::owner).orElse(null);
  }
}
