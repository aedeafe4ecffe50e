package dev.countermand.streams;

import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Sends the few findings that can be part of a sequence to the partitions of the groups they belong
 * to, under the key of the sequence and the group.
 */
final class ToGroups implements Processor<String, Finding, String, SequenceEvent> {
  private final Sequences sequences;
  private @Nullable ProcessorContext<String, SequenceEvent> context;
  private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<Credential>> credentials;

  ToGroups(Sequences sequences) {
    this.sequences = sequences;
  }

  @Override
  public void init(ProcessorContext<String, SequenceEvent> context) {
    this.context = context;
    this.credentials = context.getStateStore(ScoringTopology.CREDENTIALS);
  }

  @Override
  public void process(Record<String, Finding> record) {
    Finding finding = record.value();
    ProcessorContext<String, SequenceEvent> to = context;
    if (to == null || finding == null) {
      return;
    }
    sequences
        .heard(finding, Instant.ofEpochMilli(record.timestamp()), this::owner)
        .forEach((key, event) -> to.forward(record.withKey(key).withValue(event)));
  }

  private @Nullable String owner(String fingerprint) {
    ValueAndTimestamp<Credential> found = credentials == null ? null : credentials.get(fingerprint);
    return found == null || found.value() == null ? null : found.value().owner();
  }
}
