package dev.countermand.streams;

import dev.countermand.detectors.risk.RiskGate;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import dev.countermand.model.RiskSubject;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** Sends what happens to the partitions of those whose risk it is. */
final class ToSubjects {
  private ToSubjects() {}

  /** Findings: to the agent, its session, the credentials and those who own them. */
  static final class OfFindings implements Processor<String, Finding, String, RiskEvent> {
    private @Nullable ProcessorContext<String, RiskEvent> context;
    private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<Credential>> credentials;

    @Override
    public void init(ProcessorContext<String, RiskEvent> context) {
      this.context = context;
      this.credentials = context.getStateStore(ScoringTopology.CREDENTIALS);
    }

    @Override
    public void process(Record<String, Finding> record) {
      Finding finding = record.value();
      // What the risk itself led to is no evidence of anything, nor what containment could not do.
      if (context == null
          || finding == null
          || finding.ruleId().equals(RiskGate.RULE)
          || finding.isAboutContainment()) {
        return;
      }
      Signal signal = Signal.of(finding, Instant.ofEpochMilli(record.timestamp()));
      String agent = finding.agentId();
      send(record, RiskSubject.AGENT, RiskSubject.agent(agent), signal);
      send(record, RiskSubject.SESSION, RiskSubject.session(agent, finding.sessionId()), signal);
      Set<String> owners = new LinkedHashSet<>();
      for (String fingerprint : signal.credentials()) {
        send(record, RiskSubject.CREDENTIAL, RiskSubject.credential(fingerprint), signal);
        String owner = owner(fingerprint);
        if (owner != null && owners.add(owner)) {
          send(record, RiskSubject.OWNER, RiskSubject.owner(owner), signal);
        }
      }
    }

    private void send(
        Record<String, Finding> record, RiskSubject kind, String subject, Signal signal) {
      if (context != null) {
        RecordMetadata at = place(context);
        context.forward(
            record
                .withKey(subject)
                .withValue(RiskEvent.of(kind, subject, signal, "f" + at.partition(), at.offset())));
      }
    }

    private @Nullable String owner(String fingerprint) {
      ValueAndTimestamp<Credential> found =
          credentials == null ? null : credentials.get(fingerprint);
      return found == null || found.value() == null ? null : found.value().owner();
    }
  }

  /** Outcomes of containment: to the agent. */
  static final class OfOutcomes
      implements Processor<String, ContainmentOutcome, String, RiskEvent> {
    private @Nullable ProcessorContext<String, RiskEvent> context;

    @Override
    public void init(ProcessorContext<String, RiskEvent> context) {
      this.context = context;
    }

    @Override
    public void process(Record<String, ContainmentOutcome> record) {
      ProcessorContext<String, RiskEvent> to = context;
      if (to != null && record.value() != null) {
        RecordMetadata at = place(to);
        RiskEvent.of(record.value(), "o" + at.partition(), at.offset())
            .ifPresent(event -> to.forward(record.withKey(event.subject()).withValue(event)));
      }
    }
  }

  private static RecordMetadata place(ProcessorContext<?, ?> context) {
    return context
        .recordMetadata()
        .orElseThrow(() -> new IllegalStateException("a source record has a place"));
  }
}
