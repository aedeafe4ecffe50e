package dev.countermand.streams;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.Risk;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.DrivenTopology;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology in one thread, without a broker. */
final class Bench implements AutoCloseable {
  final Topics topics = new Topics("t");
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final DrivenTopology driven;

  Bench() {
    this(Samples.scoring());
  }

  Bench(Scoring scoring) {
    this(scoring, ScoringTopology.MAX_BASELINES);
  }

  Bench(Scoring scoring, int maxBaselines) {
    driven =
        new DrivenTopology(
            ScoringTopology.build(topics, scoring, RiskBench.POLICY, registry, maxBaselines),
            state ->
                StreamsSettings.of(
                    "t-scoring",
                    new KafkaSettings("127.0.0.1:1", topics, Map.of()),
                    1,
                    state,
                    new Outlet()),
            Samples.NOON);
  }

  void send(Action action) {
    sendBytes(topics.actions(), action.agentId(), Action.CODEC.encode(action));
  }

  void send(Task task) {
    sendBytes(topics.tasks(), task.agentId(), Task.CODEC.encode(task));
  }

  void send(Credential credential) {
    sendBytes(topics.credentials(), credential.fingerprint(), Credential.CODEC.encode(credential));
  }

  void send(Baseline baseline) {
    sendBytes(topics.baselines(), baseline.key(), Baseline.CODEC.encode(baseline));
  }

  void send(ContainmentState state) {
    sendBytes(topics.containmentState(), state.agentId(), ContainmentState.CODEC.encode(state));
  }

  void send(Risk risk) {
    sendBytes(topics.risk(), risk.subject(), Risk.CODEC.encode(risk));
  }

  void sendBytes(String topic, @Nullable String key, byte @Nullable [] value) {
    driven.put(topic, key, value, Samples.NOON);
  }

  List<Finding> findings() {
    return driven.read(topics.findings(), Finding.CODEC);
  }

  List<Verdict> verdicts() {
    return driven.read(topics.verdicts(), Verdict.CODEC);
  }

  List<ContainmentOrder> orders() {
    return driven.read(topics.containmentOrders(), ContainmentOrder.CODEC);
  }

  List<Action> scored() {
    return driven.read(topics.scoredActions(), Action.CODEC);
  }

  List<DeadLetter> letters() {
    return driven.read(topics.deadLetters(), DeadLetter.CODEC);
  }

  /** What came out of a topic since the last call, as it stands there. */
  List<TestRecord<String, byte[]>> raw(String topic) {
    return driven.raw(topic);
  }

  /** What stands in the store of agents. */
  KeyValueStore<String, byte[]> agents() {
    return agentStore().wrapped();
  }

  /** Has the job forget what it has in memory of agents, as a crash does. */
  void forget() {
    agentStore().clearCache();
  }

  private AgentStore agentStore() {
    return (AgentStore) driven.stateStore(AgentStore.NAME);
  }

  /** How many trails of credentials are remembered. */
  int trails() {
    int trails = 0;
    try (KeyValueIterator<String, CredentialTrail> all =
        driven.<CredentialTrail>store(FollowCredential.NAME).all()) {
      while (all.hasNext()) {
        all.next();
        trails++;
      }
    }
    return trails;
  }

  /** Lets the clock on the wall go on. */
  void pass(Duration time) {
    driven.pass(time);
  }

  double count(String meter, String... tags) {
    return registry.counter(meter, tags).count();
  }

  @Override
  public void close() {
    driven.close();
  }

  private final class Outlet implements DeadLetterHandler.Outlet {
    private final ScoringMetrics metrics = new ScoringMetrics(registry);

    @Override
    public String stage() {
      return ScoringJob.NAME;
    }

    @Override
    public String topic() {
      return topics.deadLetters();
    }

    @Override
    public boolean isGlobal(String topic) {
      return ScoringTopology.isGlobal(topics, topic);
    }

    @Override
    public void send(ProducerRecord<byte[], byte[]> letter) {
      throw new IllegalStateException("the driver's global task has a handler of its own");
    }

    @Override
    public void refused(DeadLetter letter) {
      metrics.refused(letter);
    }
  }
}
