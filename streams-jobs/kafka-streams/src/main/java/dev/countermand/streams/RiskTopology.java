package dev.countermand.streams;

import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.sequence.Sequences;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The risk job as a topology: findings and outcomes of containment meet in the partition of each
 * subject, and what follows is told of on {@code risk}, {@code incidents} and {@code
 * containment-orders}. Findings that can be part of a sequence over several agents meet in the
 * partition of each group; what they complete is told of on {@code findings}, and so comes back
 * here, and on {@code containment-orders}.
 */
public final class RiskTopology {
  private RiskTopology() {}

  /** The topology, with its measures in a registry. */
  public static Topology build(
      Topics topics, RiskPolicy policy, IncidentPolicy hygiene, MeterRegistry registry) {
    RiskMetrics metrics = new RiskMetrics(registry);
    StreamsBuilder builder = new StreamsBuilder();
    ScoringTopology.credentials(builder, topics);
    KStream<String, Finding> findings =
        builder.stream(topics.findings(), read("findings", Finding.CODEC));
    KStream<String, RiskEvent> found =
        findings.process(ToSubjects.OfFindings::new, Named.as("finding-to-subjects"));
    KStream<String, RiskEvent> moved =
        builder.stream(topics.containmentOutcomes(), read("outcomes", ContainmentOutcome.CODEC))
            .process(ToSubjects.OfOutcomes::new, Named.as("outcome-to-agent"));
    KStream<String, Told> told =
        found
            .merge(moved, Named.as("risk-events"))
            .repartition(
                Repartitioned.with(Serdes.String(), DocumentSerde.lenient(RiskEvent.CODEC))
                    .withName("subject-events"))
            .process(follower(policy, hygiene, metrics), Named.as("follow-subject"));
    told.flatMapValues(Told::risks, Named.as("risk"))
        .to(topics.risk(), ScoringTopology.produced("risks", Risk.CODEC));
    told.flatMapValues(Told::incidents, Named.as("incident"))
        .selectKey((subject, incident) -> incident.id(), Named.as("by-incident"))
        .to(topics.incidents(), ScoringTopology.produced("incidents", Incident.CODEC));
    told.flatMapValues(Told::orders, Named.as("risk-order"))
        .selectKey((subject, order) -> order.agentId(), Named.as("order-by-agent"))
        .to(
            topics.containmentOrders(),
            ScoringTopology.produced("containment-orders", ContainmentOrder.CODEC));
    // Last, so that the tasks before it keep their numbers, and their directories.
    sequences(topics, findings, metrics);
    return builder.build();
  }

  private static void sequences(
      Topics topics, KStream<String, Finding> findings, RiskMetrics metrics) {
    Sequences known = Sequences.standard();
    KStream<String, Sequences.Result> found =
        findings
            .process(() -> new ToGroups(known), Named.as("finding-to-groups"))
            .repartition(
                Repartitioned.with(Serdes.String(), DocumentSerde.lenient(SequenceEvent.CODEC))
                    .withName("group-events"))
            .process(groups(known, metrics), Named.as("follow-group"));
    found
        .flatMapValues(Sequences.Result::findings, Named.as("sequence-finding"))
        .selectKey((group, finding) -> finding.agentId(), Named.as("finding-by-agent"))
        .to(topics.findings(), ScoringTopology.produced("sequence-findings", Finding.CODEC));
    found
        .flatMapValues(Sequences.Result::orders, Named.as("sequence-order"))
        .selectKey((group, order) -> order.agentId(), Named.as("sequence-order-by-agent"))
        .to(
            topics.containmentOrders(),
            ScoringTopology.produced("sequence-orders", ContainmentOrder.CODEC));
  }

  private static ProcessorSupplier<String, SequenceEvent, String, Sequences.Result> groups(
      Sequences known, RiskMetrics metrics) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, SequenceEvent, String, Sequences.Result> get() {
        return new FollowGroup(known, metrics);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(FollowGroup.builder());
      }
    };
  }

  private static <T> Consumed<String, T> read(String name, DocumentCodec<T> codec) {
    return Consumed.with(Serdes.String(), DocumentSerde.strict(codec)).withName(name);
  }

  private static ProcessorSupplier<String, RiskEvent, String, Told> follower(
      RiskPolicy policy, IncidentPolicy hygiene, RiskMetrics metrics) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, RiskEvent, String, Told> get() {
        return new FollowSubject(policy, hygiene, metrics);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(FollowSubject.builder());
      }
    };
  }
}
