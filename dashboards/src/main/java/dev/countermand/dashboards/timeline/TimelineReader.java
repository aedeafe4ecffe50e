package dev.countermand.dashboards.timeline;

import dev.countermand.dashboards.Origin;
import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
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
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what happened from Kafka: scored actions, findings, what containment did, what people
 * decided. What Kafka has not kept any more is not in it.
 */
public final class TimelineReader {
  /** How much a clock of who told of something may be ahead of Kafka's. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final LogReader log;
  private final Topics topics;
  private final Entries made;
  private final Duration limit;

  /**
   * Reads nothing yet.
   *
   * @param namespace of the data streams that entries are said to be in
   * @param limit for each topic
   */
  public TimelineReader(KafkaSettings kafka, String namespace, Duration limit) {
    this(kafka, new Entries(namespace, new ReadCredentials(kafka, limit)), limit);
  }

  /**
   * Reads nothing yet.
   *
   * @param entries makes them
   * @param limit for each topic
   */
  public TimelineReader(KafkaSettings kafka, Entries entries, Duration limit) {
    this.log = new LogReader(kafka);
    this.topics = kafka.topics();
    this.made = entries;
    this.limit = limit;
  }

  /** What an incident is about: its agent, from before its first finding to its end. */
  public Optional<Selection> incident(String id) {
    return log
        .read(topics.incidents(), Incident.CODEC, Instant.EPOCH, one -> one.id().equals(id), limit)
        .stream()
        .map(Stored::document)
        .max(Comparator.comparing(Incident::time))
        .map(Selection::of);
  }

  /** What a finding is about: its agent around it, and the actions it rests on. */
  public Optional<Selection> finding(String id) {
    return log
        .read(topics.findings(), Finding.CODEC, Instant.EPOCH, one -> one.id().equals(id), limit)
        .stream()
        .map(Stored::document)
        .findFirst()
        .map(Selection::of);
  }

  /**
   * What happened, the first first. What containment did, and what people decided, is known by the
   * agent alone: where a task or a session is asked for, that of the agents who worked on it is
   * told.
   */
  public List<Entry> read(Selection selection) {
    List<Entry> entries = new ArrayList<>();
    Set<String> agents = new LinkedHashSet<>(selection.agents());
    for (Stored<Action> one :
        read(topics.scoredActions(), Action.CODEC, Action::time, wants(selection), selection)) {
      agents.add(one.document().agentId());
      entries.add(made.of(one.document(), origin(one)));
    }
    boolean byWork = selection.task() != null || selection.session() != null;
    Selection all = byWork ? selection.ofAgents(agents) : selection;
    Predicate<Finding> findings =
        one ->
            selection.documents().contains(one.id())
                || selection.has(one.agentId(), one.taskId(), one.sessionId())
                || one.credentials().stream().anyMatch(selection.credentials()::contains);
    read(topics.findings(), Finding.CODEC, Finding::time, findings, all)
        .forEach(one -> entries.add(made.of(one.document(), origin(one))));
    Predicate<ContainmentOutcome> outcomes =
        one -> all.has(one.agentId(), null, null) || mentions(all, one.credential());
    read(
            topics.containmentOutcomes(),
            ContainmentOutcome.CODEC,
            ContainmentOutcome::time,
            outcomes,
            all)
        .forEach(one -> entries.add(made.of(one.document(), origin(one))));
    read(
            topics.approvals(),
            Approval.CODEC,
            Approval::time,
            one -> all.has(one.agentId(), null, null),
            all)
        .forEach(one -> entries.add(made.of(one.document(), origin(one))));
    Predicate<AuditEvent> audit =
        one ->
            all.has(one.agentId(), null, null)
                || (all.task() != null && all.task().equals(one.subject()));
    read(topics.audit(), AuditEvent.CODEC, AuditEvent::time, audit, all)
        .forEach(one -> entries.add(made.of(one.document(), origin(one))));
    // A sort that keeps the order of equals: what was read first of two at one moment stays first.
    entries.sort(Comparator.comparing(Entry::time));
    return entries;
  }

  private static Predicate<Action> wants(Selection selection) {
    return action ->
        selection.documents().contains(action.id())
            || selection.has(action.agentId(), action.taskId(), action.sessionId())
            || action.credentials().stream()
                .anyMatch(
                    one ->
                        mentions(selection, one.fingerprint())
                            || mentions(selection, one.previous()));
  }

  private static boolean mentions(Selection selection, @Nullable String fingerprint) {
    return fingerprint != null && selection.credentials().contains(fingerprint);
  }

  private <T> List<Stored<T>> read(
      String topic,
      DocumentCodec<T> codec,
      Function<T, Instant> time,
      Predicate<T> wanted,
      Selection selection) {
    // Documents that are named may be older than the span.
    Instant since =
        selection.documents().isEmpty() && selection.from().isAfter(Instant.EPOCH.plus(AHEAD))
            ? selection.from().minus(AHEAD)
            : Instant.EPOCH;
    // Only what belongs to it is kept: what came later must not push it out.
    Predicate<T> belongs =
        one -> isNamed(selection, one) || (selection.contains(time.apply(one)) && wanted.test(one));
    return log.read(topic, codec, since, belongs, limit);
  }

  private static boolean isNamed(Selection selection, Object document) {
    return document instanceof Action action
        ? selection.documents().contains(action.id())
        : document instanceof Finding finding && selection.documents().contains(finding.id());
  }

  private static Origin origin(Stored<?> stored) {
    return new Origin(stored.topic(), stored.partition(), stored.offset());
  }
}
