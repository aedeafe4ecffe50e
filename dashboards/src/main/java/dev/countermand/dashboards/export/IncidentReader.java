package dev.countermand.dashboards.export;

import dev.countermand.dashboards.Origin;
import dev.countermand.dashboards.evidence.InclusionProof;
import dev.countermand.dashboards.evidence.LogName;
import dev.countermand.dashboards.evidence.Proofs;
import dev.countermand.dashboards.evidence.PublicKeys;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelineReader;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.runtime.kafka.LogReader.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads everything that is known of an incident from Kafka. */
public final class IncidentReader {
  private static final int MAX_ENTRIES = 10_000;

  /** How much a clock of who told of something may be ahead of Kafka's. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final Set<String> signed;
  private final LogReader log;
  private final TimelineReader timeline;
  private final @Nullable PublicKeys keys;
  private final Duration limit;

  /**
   * Reads nothing yet.
   *
   * @param namespace of the data streams that entries are said to be in
   * @param signed the topics that a notary signs, with their prefix
   * @param keys of the notary; null where there is none, and nothing is proved
   * @param limit for each topic
   */
  public IncidentReader(
      KafkaSettings kafka,
      String namespace,
      Collection<String> signed,
      @Nullable PublicKeys keys,
      Duration limit) {
    this.kafka = kafka;
    this.topics = kafka.topics();
    this.signed = Set.copyOf(signed);
    this.log = new LogReader(kafka);
    this.timeline = new TimelineReader(kafka, namespace, limit);
    this.keys = keys;
    this.limit = limit;
  }

  /** An incident; empty when Kafka has none of this id. */
  public Optional<IncidentExport> read(String id, Instant now) {
    Optional<Incident> incident =
        log
            .read(
                topics.incidents(),
                Incident.CODEC,
                Instant.EPOCH,
                one -> one.id().equals(id),
                limit)
            .stream()
            .map(Stored::document)
            .max(Comparator.comparing(Incident::time));
    Optional<Selection> about = timeline.incident(id);
    return incident.isPresent() && about.isPresent()
        ? Optional.of(export(incident.get(), about.get(), now))
        : Optional.empty();
  }

  private IncidentExport export(Incident incident, Selection about, Instant now) {
    List<Entry> all = timeline.read(about);
    int left = Math.max(0, all.size() - MAX_ENTRIES);
    List<Entry> entries = all.subList(left, all.size());
    Set<String> ids = new HashSet<>();
    entries.forEach(entry -> ids.add(entry.id()));
    Set<Origin> places = new HashSet<>();
    entries.stream()
        .map(Entry::origin)
        .filter(origin -> signed.contains(origin.topic()))
        .forEach(places::add);

    Predicate<Action> told = one -> ids.contains(one.id());
    List<Stored<Action>> scored = stored(topics.scoredActions(), Action.CODEC, about, told);
    // What was signed is what collectors shipped, not what scoring made of it.
    stored(topics.actions(), Action.CODEC, about, told).forEach(one -> places.add(place(one)));
    List<Stored<Finding>> findings =
        stored(topics.findings(), Finding.CODEC, about, one -> ids.contains(one.id()));
    List<Stored<ContainmentOutcome>> outcomes =
        stored(
            topics.containmentOutcomes(),
            ContainmentOutcome.CODEC,
            about,
            one -> ids.contains(one.id()));
    Set<String> acted = new HashSet<>();
    outcomes.forEach(one -> acted.add(one.document().orderId()));
    List<Stored<ContainmentOrder>> orders =
        stored(
            topics.containmentOrders(),
            ContainmentOrder.CODEC,
            about,
            one -> acted.contains(one.id()) || isDuring(one, incident, about));
    orders.forEach(one -> places.add(place(one)));
    places.removeIf(place -> !signed.contains(place.topic()));

    List<InclusionProof> proofs = proofs(places);
    Set<Origin> unproved = new HashSet<>(places);
    proofs.forEach(
        proof ->
            unproved.remove(
                new Origin(
                    proof.record().topic(), proof.record().partition(), proof.record().offset())));
    return new IncidentExport(
        incident,
        now,
        entries,
        left,
        documents(scored, Action::id),
        documents(findings, Finding::id),
        documents(orders, ContainmentOrder::id),
        documents(outcomes, ContainmentOutcome::id),
        proofs,
        unproved.stream().sorted(Comparator.comparing(Origin::toString)).toList());
  }

  private static boolean isDuring(ContainmentOrder one, Incident incident, Selection about) {
    return one.agentId().equals(incident.agentId())
        && !one.time().isBefore(about.from())
        && one.time().isBefore(about.to());
  }

  private <T> List<Stored<T>> stored(
      String topic, DocumentCodec<T> codec, Selection about, Predicate<T> wanted) {
    Instant since =
        about.from().isAfter(Instant.EPOCH.plus(AHEAD)) ? about.from().minus(AHEAD) : Instant.EPOCH;
    return log.read(topic, codec, since, wanted, limit);
  }

  /** Of what was delivered twice the first. */
  private static <T> List<T> documents(List<Stored<T>> stored, Function<T, String> id) {
    Set<String> seen = new HashSet<>();
    return stored.stream().map(Stored::document).filter(one -> seen.add(id.apply(one))).toList();
  }

  private static Origin place(Stored<?> stored) {
    return new Origin(stored.topic(), stored.partition(), stored.offset());
  }

  private List<InclusionProof> proofs(Set<Origin> places) {
    if (keys == null) {
      return new ArrayList<>();
    }
    Map<LogName, NavigableSet<Long>> offsets = new TreeMap<>();
    places.forEach(
        place ->
            offsets
                .computeIfAbsent(
                    new LogName(place.topic(), place.partition()), name -> new TreeSet<>())
                .add(place.offset()));
    return new Proofs(kafka, keys).of(offsets, limit);
  }
}
