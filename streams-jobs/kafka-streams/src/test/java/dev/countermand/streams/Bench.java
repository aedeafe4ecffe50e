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
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The topology in one thread, without a broker. */
final class Bench implements AutoCloseable {
  final Topics topics = new Topics("t");
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final TopologyTestDriver driver;

  private final Map<String, TestInputTopic<@Nullable String, byte @Nullable []>> inputs =
      new LinkedHashMap<>();

  Bench(Path stateDir) {
    this(stateDir, Samples.scoring());
  }

  Bench(Path stateDir, Scoring scoring) {
    Properties properties =
        StreamsSettings.of(
            "t-scoring",
            new KafkaSettings("127.0.0.1:1", topics, Map.of()),
            1,
            stateDir,
            new Outlet());
    driver =
        new TopologyTestDriver(
            ScoringTopology.build(topics, scoring, RiskBench.POLICY, registry),
            properties,
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
    inputs
        .computeIfAbsent(
            topic,
            name ->
                driver.createInputTopic(name, new StringSerializer(), new ByteArraySerializer()))
        .pipeInput(key, value, Samples.NOON);
  }

  List<Finding> findings() {
    return read(topics.findings(), Finding.CODEC);
  }

  List<Verdict> verdicts() {
    return read(topics.verdicts(), Verdict.CODEC);
  }

  List<ContainmentOrder> orders() {
    return read(topics.containmentOrders(), ContainmentOrder.CODEC);
  }

  List<Action> scored() {
    return read(topics.scoredActions(), Action.CODEC);
  }

  List<DeadLetter> letters() {
    return read(topics.deadLetters(), DeadLetter.CODEC);
  }

  /** What came out of a topic since the last call, as it stands there. */
  List<org.apache.kafka.streams.test.TestRecord<String, byte[]>> raw(String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  KeyValueStore<String, byte[]> agents() {
    return driver.getKeyValueStore(AgentStore.NAME);
  }

  /** How many trails of credentials are remembered. */
  int trails() {
    int trails = 0;
    try (KeyValueIterator<String, CredentialTrail> all =
        driver.<String, CredentialTrail>getKeyValueStore(FollowCredential.NAME).all()) {
      while (all.hasNext()) {
        all.next();
        trails++;
      }
    }
    return trails;
  }

  /** Lets the clock on the wall go on. */
  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  double count(String meter, String... tags) {
    return registry.counter(meter, tags).count();
  }

  @Override
  public void close() {
    driver.close();
  }

  private <T> List<T> read(String topic, DocumentCodec<T> codec) {
    return raw(topic).stream().map(r -> codec.decode(r.value())).toList();
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
      return topic.equals(topics.credentials())
          || topic.equals(topics.baselines())
          || topic.equals(topics.risk());
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
