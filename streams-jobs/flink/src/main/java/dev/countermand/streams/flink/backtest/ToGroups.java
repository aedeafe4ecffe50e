package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.sequence.Group;
import dev.countermand.detectors.sequence.Sequence;
import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Sends the findings that can be part of a sequence to the groups they belong to. */
final class ToGroups extends RichFlatMapFunction<Event, Event> {
  private static final long serialVersionUID = 1L;

  private final Snapshot snapshot;
  private transient Sequences sequences;
  private transient Map<String, Credential> credentials;

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
    for (Sequence sequence : sequences.of(finding)) {
      byte[] heard =
          SequenceEvent.CODEC.encode(SequenceEvent.of(finding, Instant.ofEpochMilli(event.time)));
      for (Group kind : sequence.kinds()) {
        for (String group : kind.of(finding, this::owner)) {
          out.collect(new Event(sequence.key(group), Event.HEARD, event.time, finding.id(), heard));
        }
      }
    }
  }

  private @Nullable String owner(String fingerprint) {
    Credential credential = credentials.get(fingerprint);
    return credential == null ? null : credential.owner();
  }
}
