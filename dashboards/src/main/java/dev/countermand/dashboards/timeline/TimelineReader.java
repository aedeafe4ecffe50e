package dev.countermand.dashboards.timeline;

import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.timeline.Entry.Lane;
import dev.countermand.dashboards.timeline.Entry.Origin;
import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Phase;
import dev.countermand.model.Score;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.runtime.kafka.LogReader.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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

  private static final Duration AROUND = Duration.ofMinutes(10);
  private static final String HOOK = "hook";

  private final LogReader log;
  private final Topics topics;
  private final String namespace;
  private final Duration limit;

  /**
   * Reads nothing yet.
   *
   * @param namespace of the data streams that entries are said to be in
   * @param limit for each topic
   */
  public TimelineReader(KafkaSettings kafka, String namespace, Duration limit) {
    this.log = new LogReader(kafka);
    this.topics = kafka.topics();
    this.namespace = namespace;
    this.limit = limit;
  }

  /** What an incident is about: its agent, from before its first finding to its end. */
  public Optional<Selection> incident(String id) {
    return log
        .read(topics.incidents(), Incident.CODEC, Instant.EPOCH, one -> one.id().equals(id), limit)
        .stream()
        .map(Stored::document)
        .max(Comparator.comparing(Incident::time))
        .map(
            one ->
                Selection.in(one.first().minus(AROUND), one.last().plus(AROUND))
                    .ofAgents(Set.of(one.agentId()))
                    .withDocuments(Set.copyOf(one.findings())));
  }

  /** What a finding is about: its agent around it, and the actions it rests on. */
  public Optional<Selection> finding(String id) {
    return log
        .read(topics.findings(), Finding.CODEC, Instant.EPOCH, one -> one.id().equals(id), limit)
        .stream()
        .map(Stored::document)
        .findFirst()
        .map(
            one -> {
              Set<String> documents = new HashSet<>(one.relatedActions());
              documents.add(one.actionId());
              documents.add(one.id());
              return Selection.in(one.time().minus(AROUND), one.time().plus(AROUND))
                  .ofAgents(Set.of(one.agentId()))
                  .withDocuments(documents);
            });
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
      entries.add(of(one));
    }
    boolean byWork = selection.task() != null || selection.session() != null;
    Selection all = byWork ? selection.ofAgents(agents) : selection;
    Predicate<Finding> findings =
        one ->
            selection.documents().contains(one.id())
                || selection.has(one.agentId(), one.taskId(), one.sessionId())
                || one.credentials().stream().anyMatch(selection.credentials()::contains);
    read(topics.findings(), Finding.CODEC, Finding::time, findings, all)
        .forEach(one -> entries.add(of(one, one.document())));
    Predicate<ContainmentOutcome> outcomes =
        one -> all.has(one.agentId(), null, null) || mentions(all, one.credential());
    read(
            topics.containmentOutcomes(),
            ContainmentOutcome.CODEC,
            ContainmentOutcome::time,
            outcomes,
            all)
        .forEach(one -> entries.add(of(one, one.document())));
    read(
            topics.approvals(),
            Approval.CODEC,
            Approval::time,
            one -> all.has(one.agentId(), null, null),
            all)
        .forEach(one -> entries.add(of(one, one.document())));
    Predicate<AuditEvent> audit =
        one ->
            all.has(one.agentId(), null, null)
                || (all.task() != null && all.task().equals(one.subject()));
    read(topics.audit(), AuditEvent.CODEC, AuditEvent::time, audit, all)
        .forEach(one -> entries.add(of(one, one.document())));
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

  private Entry of(Stored<Action> stored) {
    Action action = stored.document();
    List<String> details = new ArrayList<>();
    action
        .effects()
        .forEach(
            effect ->
                details.add(
                    effect.verb().wireName()
                        + " "
                        + effect.resource().type()
                        + " "
                        + effect.resource().id()
                        + " in "
                        + effect.resource().environment()
                        + (effect.reversible() ? "" : ", for good")
                        + ": "
                        + effect.because()));
    for (CredentialMention credential : action.credentials()) {
      details.add(
          credential.role().wireName()
              + " "
              + credential.kind()
              + " "
              + credential.fingerprint()
              + (credential.file() == null ? "" : " in " + credential.file()));
    }
    if (action.taskId() != null) {
      details.add("task " + action.taskId());
    }
    details.add("session " + action.sessionId() + ", told by " + action.source());
    return entry(
        stored,
        action.time(),
        action.witness().equals(HOOK) ? Lane.AGENT : Lane.PROVIDER,
        action.phase().wireName() + answered(action),
        action.id(),
        action.agentId(),
        null,
        told(action),
        details,
        List.of(),
        DataStream.ACTION);
  }

  /** The kill switch answers before scoring, whatever that says afterwards. */
  private static String answered(Action action) {
    Score score = action.score();
    if (score == null || action.phase() != Phase.ATTEMPT) {
      return "";
    }
    return score.containedBy() == null
        ? " -> " + score.verdict().wireName()
        : " -> deny (contained by " + score.containedBy() + ")";
  }

  private static String told(Action action) {
    String tool = action.tool() == null ? action.name() : action.tool();
    String about =
        action.command() != null
            ? action.command()
            : action.url() != null ? action.url() : action.file();
    return about == null ? tool : tool + ": " + about;
  }

  private Entry of(Stored<?> stored, Finding finding) {
    List<String> related = new ArrayList<>(finding.relatedActions());
    related.add(finding.actionId());
    return entry(
        stored,
        finding.time(),
        Lane.COUNTERMAND,
        "found " + finding.ruleId(),
        finding.id(),
        finding.agentId(),
        finding.severity().wireName(),
        finding.summary(),
        finding.because(),
        related,
        DataStream.FINDING);
  }

  private Entry of(Stored<?> stored, ContainmentOutcome outcome) {
    List<String> details = new ArrayList<>();
    if (outcome.proof() != null) {
      details.add("proof: " + outcome.proof());
    }
    if (outcome.credential() != null) {
      details.add("credential " + outcome.credential());
    }
    details.add("order " + outcome.orderId());
    return entry(
        stored,
        outcome.time(),
        Lane.COUNTERMAND,
        outcome.step().wireName() + " " + outcome.state().wireName(),
        outcome.id(),
        outcome.agentId(),
        null,
        (outcome.provider() == null ? "" : outcome.provider() + ": ") + outcome.reason(),
        details,
        List.of(),
        DataStream.OUTCOME);
  }

  private Entry of(Stored<?> stored, Approval approval) {
    return entry(
        stored,
        approval.time(),
        Lane.PEOPLE,
        approval.decision().wireName(),
        approval.orderId() + ":" + approval.by(),
        approval.agentId(),
        null,
        approval.by() + ": " + approval.reason(),
        List.of("order " + approval.orderId()),
        List.of(),
        null);
  }

  private Entry of(Stored<?> stored, AuditEvent event) {
    List<String> details = new ArrayList<>();
    if (event.before() != null) {
      details.add("before: " + event.before());
    }
    if (event.after() != null) {
      details.add("after: " + event.after());
    }
    return entry(
        stored,
        event.time(),
        Lane.PEOPLE,
        event.operation(),
        event.id(),
        event.agentId(),
        null,
        event.actor() + " by " + event.via() + ": " + event.subject(),
        details,
        List.of(),
        DataStream.AUDIT);
  }

  private Entry entry(
      Stored<?> stored,
      Instant time,
      Lane lane,
      String what,
      String id,
      @Nullable String agent,
      @Nullable String severity,
      String text,
      List<String> details,
      List<String> related,
      @Nullable DataStream stream) {
    return new Entry(
        time,
        lane,
        what,
        id,
        agent,
        severity,
        text,
        List.copyOf(details),
        List.copyOf(related),
        new Origin(stored.topic(), stored.partition(), stored.offset()),
        stream == null ? null : stream.in(namespace));
  }
}
