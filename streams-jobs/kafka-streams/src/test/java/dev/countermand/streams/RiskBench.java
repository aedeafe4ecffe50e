package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;

import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.Severity;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.DrivenTopology;
import dev.countermand.testkit.FindingSample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.state.KeyValueStore;

/** The topology of the risk job in one thread, without a broker. */
final class RiskBench implements AutoCloseable {
  static final Duration HALF_LIFE = Duration.ofHours(6);
  static final RiskPolicy POLICY = new RiskPolicy(HALF_LIFE, 50, 90, 98);
  static final IncidentPolicy HYGIENE =
      new IncidentPolicy(Duration.ofHours(1), 3, Duration.ofHours(8));

  final Topics topics = new Topics("t");
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final DrivenTopology driven;

  RiskBench() {
    driven =
        new DrivenTopology(
            RiskTopology.build(topics, POLICY, HYGIENE, registry),
            state ->
                StreamsSettings.of(
                    "t-risk",
                    new KafkaSettings("127.0.0.1:1", topics, Map.of()),
                    1,
                    state,
                    new LetterOutlet(
                        RiskJob.NAME,
                        topics,
                        new MockProducer<>(
                            true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                        new RiskMetrics(registry))),
            NOON);
  }

  static Finding finding(
      String id, String kind, Severity severity, Instant time, List<String> credentials) {
    return finding(id, "agent", kind, severity, time, credentials, "volume:" + id);
  }

  static Finding finding(
      String id,
      String agent,
      String kind,
      Severity severity,
      Instant time,
      List<String> credentials,
      String resource) {
    return FindingSample.of(id, time)
        .agent(agent)
        .rule(kind)
        .severity(severity)
        .credentials(credentials)
        .resources(resource)
        .build();
  }

  void send(Finding finding) {
    send(topics.findings(), finding.agentId(), Finding.CODEC.encode(finding), finding.time());
  }

  void send(ContainmentOutcome outcome) {
    send(
        topics.containmentOutcomes(),
        outcome.agentId(),
        ContainmentOutcome.CODEC.encode(outcome),
        outcome.time());
  }

  void send(Credential credential) {
    send(topics.credentials(), credential.fingerprint(), Credential.CODEC.encode(credential), NOON);
  }

  void send(String topic, String key, byte[] value, Instant time) {
    driven.put(topic, key, value, time);
  }

  /** The last that was said of each subject since the last call. */
  Map<String, Risk> risks() {
    Map<String, Risk> last = new HashMap<>();
    driven.read(topics.risk(), Risk.CODEC).forEach(risk -> last.put(risk.subject(), risk));
    return last;
  }

  List<Incident> incidents() {
    return driven.read(topics.incidents(), Incident.CODEC);
  }

  List<ContainmentOrder> orders() {
    return driven.read(topics.containmentOrders(), ContainmentOrder.CODEC);
  }

  List<Finding> findings() {
    return driven.read(topics.findings(), Finding.CODEC);
  }

  List<DeadLetter> letters() {
    return driven.read(topics.deadLetters(), DeadLetter.CODEC);
  }

  KeyValueStore<String, SubjectState> subjects() {
    return driven.store(FollowSubject.NAME);
  }

  KeyValueStore<String, SequenceState> groups() {
    return driven.store(FollowGroup.NAME);
  }

  /** Lets the clock on the wall go on. */
  void pass(Duration time) {
    driven.pass(time);
  }

  @Override
  public void close() {
    driven.close();
  }
}
