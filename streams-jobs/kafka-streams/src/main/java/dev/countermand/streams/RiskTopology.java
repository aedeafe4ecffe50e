package dev.countermand.streams;

import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
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
 * containment-orders}.
 */
public final class RiskTopology {
  private RiskTopology() {}

  /** The topology, with its measures in a registry. */
  public static Topology build(
      Topics topics, RiskPolicy policy, IncidentPolicy hygiene, MeterRegistry registry) {
    StreamsBuilder builder = new StreamsBuilder();
    ScoringTopology.credentials(builder, topics);
    KStream<String, RiskEvent> found =
        builder.stream(topics.findings(), read("findings", Finding.CODEC))
            .process(ToSubjects.OfFindings::new, Named.as("finding-to-subjects"));
    KStream<String, RiskEvent> moved =
        builder.stream(topics.containmentOutcomes(), read("outcomes", ContainmentOutcome.CODEC))
            .process(ToSubjects.OfOutcomes::new, Named.as("outcome-to-agent"));
    KStream<String, Told> told =
        found
            .merge(moved, Named.as("risk-events"))
            .repartition(
                Repartitioned.with(Serdes.String(), DocumentSerde.lenient(RiskEvent.CODEC))
                    .withName("subject-events"))
            .process(
                follower(policy, hygiene, new RiskMetrics(registry)), Named.as("follow-subject"));
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
    return builder.build();
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
