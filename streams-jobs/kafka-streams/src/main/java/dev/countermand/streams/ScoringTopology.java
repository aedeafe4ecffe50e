package dev.countermand.streams;

import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Finding;
import dev.countermand.model.Risk;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.DocumentCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The scoring job as a topology: actions are read, joined with the task of their agent, scored with
 * the agent's state, the registered credentials and the learned baselines, and told of on four
 * topics.
 */
public final class ScoringTopology {
  static final String TASKS = "tasks";
  static final String CREDENTIALS = "credentials";
  static final String CONTAINMENTS = "containments";
  static final String BASELINES = "baselines";

  /** Most baselines that a scoring process holds. */
  static final int MAX_BASELINES = 100_000;

  static final String RISKS = "risks";

  private ScoringTopology() {}

  /** Whether every instance reads the whole of a topic, for a table that all partitions ask. */
  static boolean isGlobal(Topics topics, String topic) {
    return Set.of(
            topics.credentials(), topics.baselines(), topics.risk(), topics.containmentState())
        .contains(topic);
  }

  /** The topology, with nothing measured and nobody asked because of a risk. */
  public static Topology build(Topics topics, Scoring scoring) {
    return build(topics, scoring, RiskPolicy.OFF, new CompositeMeterRegistry());
  }

  /** The topology, with its measures in a registry. */
  public static Topology build(
      Topics topics, Scoring scoring, RiskPolicy policy, MeterRegistry registry) {
    return build(topics, scoring, policy, registry, MAX_BASELINES);
  }

  /**
   * The topology.
   *
   * @param maxBaselines most baselines that a process holds
   */
  static Topology build(
      Topics topics, Scoring scoring, RiskPolicy policy, MeterRegistry registry, int maxBaselines) {
    ScoringMetrics metrics = new ScoringMetrics(registry);
    StreamsBuilder builder = new StreamsBuilder();
    TableChanges changes = new TableChanges();

    KTable<String, Task> tasks = tasks(builder, topics);
    credentials(builder, topics);
    baselines(builder, topics, maxBaselines);

    KStream<String, Processed<Arrival>> read =
        builder.stream(topics.actions(), bytes("actions"))
            .processValues(() -> new ReadAction(metrics), Named.as("read-action"));

    KStream<String, Processed<Scored>> scored =
        read.flatMapValues(Processed::values, Named.as("readable"))
            .leftJoin(tasks, Assigned::new, Joined.as("with-task"))
            .processValues(scorer(scoring, policy, metrics, changes), Named.as("score-action"));

    KStream<String, Scored> results = scored.flatMapValues(Processed::values, Named.as("scorable"));
    results
        .flatMapValues(
            result -> result.verdict().map(List::of).orElse(List.of()), Named.as("verdict"))
        .to(topics.verdicts(), produced("verdicts", Verdict.CODEC));
    results
        .flatMapValues(result -> result.order().map(List::of).orElse(List.of()), Named.as("order"))
        .to(topics.containmentOrders(), produced("containment-orders", ContainmentOrder.CODEC));
    results
        .flatMapValues(Scored::findings, Named.as("finding"))
        .to(topics.findings(), produced("findings", Finding.CODEC));
    results
        .mapValues(Scored::action, Named.as("scored-action"))
        .to(topics.scoredActions(), produced("scored-actions", Action.CODEC));

    trails(builder, topics, results, metrics);

    read.flatMapValues(Processed::letters, Named.as("unreadable"))
        .merge(
            scored.flatMapValues(Processed::letters, Named.as("unscorable")), Named.as("refused"))
        .selectKey((agent, letter) -> (String) null, Named.as("without-key"))
        .to(topics.deadLetters(), produced("dead-letters", DeadLetter.CODEC));
    // Last, so that the tasks before them keep their numbers, and their directories.
    risks(builder, topics, changes);
    containments(builder, topics, changes);

    return builder.build(optimised());
  }

  /**
   * What agents do with one credential meets in the partition of its fingerprint, and what
   * containment did to it.
   */
  private static void trails(
      StreamsBuilder builder,
      Topics topics,
      KStream<String, Scored> results,
      ScoringMetrics metrics) {
    KStream<String, TrailEvent> touches =
        results
            .flatMapValues(Scored::touches, Named.as("touch"))
            .mapValues(touch -> TrailEvent.of(touch), Named.as("touched"));
    KStream<String, TrailEvent> takings =
        builder.stream(
                topics.containmentOutcomes(),
                Consumed.with(Serdes.String(), DocumentSerde.lenient(ContainmentOutcome.CODEC))
                    .withName("outcomes"))
            .flatMapValues(
                outcome ->
                    outcome == null
                        ? List.<TrailEvent>of()
                        : Taken.of(outcome).map(TrailEvent::of).stream().toList(),
                Named.as("taking"));
    KStream<String, TrailScoring.Result> found =
        touches
            .merge(takings, Named.as("trail-events"))
            .selectKey((agent, event) -> event.fingerprint(), Named.as("by-fingerprint"))
            .repartition(
                Repartitioned.with(Serdes.String(), DocumentSerde.lenient(TrailEvent.CODEC))
                    .withName("credential-events"))
            .process(follower(metrics), Named.as("follow-credential"));
    found
        .flatMapValues(TrailScoring.Result::findings, Named.as("trail-finding"))
        .selectKey((fingerprint, finding) -> finding.agentId(), Named.as("finding-by-agent"))
        .to(topics.findings(), produced("trail-findings", Finding.CODEC));
    found
        .flatMapValues(TrailScoring.Result::orders, Named.as("trail-order"))
        .selectKey((fingerprint, order) -> order.agentId(), Named.as("order-by-agent"))
        .to(topics.containmentOrders(), produced("trail-orders", ContainmentOrder.CODEC));
    found
        .flatMapValues(result -> result.holders().stream().toList(), Named.as("holders"))
        .selectKey((fingerprint, holders) -> holders.fingerprint(), Named.as("holders-by-current"))
        .to(topics.credentialHolders(), produced("credential-holders", CredentialHolders.CODEC));
  }

  private static ProcessorSupplier<String, TrailEvent, String, TrailScoring.Result> follower(
      ScoringMetrics metrics) {
    TrailScoring scoring = TrailScoring.standard();
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, TrailEvent, String, TrailScoring.Result> get() {
        return new FollowCredential(scoring, metrics);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(FollowCredential.builder());
      }
    };
  }

  private static KTable<String, Task> tasks(StreamsBuilder builder, Topics topics) {
    return builder.table(
        topics.tasks(),
        Consumed.with(Serdes.String(), DocumentSerde.strict(Task.CODEC)).withName("open-tasks"),
        Materialized.<String, Task>as(Stores.inMemoryKeyValueStore(TASKS))
            .withKeySerde(Serdes.String())
            .withValueSerde(DocumentSerde.remembering(Task.CODEC))
            .withCachingDisabled());
  }

  static GlobalKTable<String, Credential> credentials(StreamsBuilder builder, Topics topics) {
    return builder.globalTable(
        topics.credentials(),
        Consumed.with(Serdes.String(), DocumentSerde.strict(Credential.CODEC))
            .withName("registered-credentials"),
        Materialized.<String, Credential>as(Stores.inMemoryKeyValueStore(CREDENTIALS))
            .withKeySerde(Serdes.String())
            .withValueSerde(DocumentSerde.remembering(Credential.CODEC)));
  }

  /**
   * Some 420 bytes of JSON each, 9 KB at the most. Of more than there may be those that nothing was
   * compared with for the longest are forgotten, until the learning job writes them again: whoever
   * makes subjects up pushes out what nobody needs.
   */
  private static GlobalKTable<String, Baseline> baselines(
      StreamsBuilder builder, Topics topics, int max) {
    return builder.globalTable(
        topics.baselines(),
        Consumed.with(Serdes.String(), DocumentSerde.strict(Baseline.CODEC))
            .withName("learned-baselines"),
        Materialized.<String, Baseline>as(Stores.lruMap(BASELINES, max))
            .withKeySerde(Serdes.String())
            .withValueSerde(DocumentSerde.remembering(Baseline.CODEC)));
  }

  /** On disk: sessions are among them, which agents make up. */
  private static GlobalKTable<String, Risk> risks(
      StreamsBuilder builder, Topics topics, TableChanges changes) {
    return builder.globalTable(
        topics.risk(),
        Consumed.with(Serdes.String(), DocumentSerde.strict(Risk.CODEC)).withName("told-risks"),
        Materialized.<String, Risk>as(changes.counted(Stores.persistentKeyValueStore(RISKS)))
            .withKeySerde(Serdes.String())
            .withValueSerde(DocumentSerde.remembering(Risk.CODEC)));
  }

  /**
   * Of agents that were contained, some of them since released; on disk, for an agent can be
   * contained under many names. Not joined by partition: a topic that is silent most of the time
   * makes Kafka Streams look for its records before every action.
   */
  private static GlobalKTable<String, ContainmentState> containments(
      StreamsBuilder builder, Topics topics, TableChanges changes) {
    return builder.globalTable(
        topics.containmentState(),
        Consumed.with(Serdes.String(), DocumentSerde.strict(ContainmentState.CODEC))
            .withName("containment-states"),
        Materialized.<String, ContainmentState>as(
                changes.counted(Stores.persistentKeyValueStore(CONTAINMENTS)))
            .withKeySerde(Serdes.String())
            .withValueSerde(DocumentSerde.remembering(ContainmentState.CODEC)));
  }

  private static FixedKeyProcessorSupplier<String, Assigned, Processed<Scored>> scorer(
      Scoring scoring, RiskPolicy policy, ScoringMetrics metrics, TableChanges changes) {
    return new FixedKeyProcessorSupplier<>() {
      @Override
      public FixedKeyProcessor<String, Assigned, Processed<Scored>> get() {
        return new ScoreAction(scoring, policy, metrics, changes);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(AgentStore.builder());
      }
    };
  }

  private static Consumed<String, byte[]> bytes(String name) {
    return Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name);
  }

  static <T> Produced<String, T> produced(String name, DocumentCodec<T> codec) {
    return Produced.with(Serdes.String(), DocumentSerde.strict(codec)).withName(name);
  }

  /** With optimisation the tasks are restored from their own topic, without a second copy. */
  private static Properties optimised() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    return properties;
  }
}
