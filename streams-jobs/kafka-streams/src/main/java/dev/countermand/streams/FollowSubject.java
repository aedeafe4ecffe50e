package dev.countermand.streams;

import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.incident.IncidentState;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.detectors.risk.RiskState;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Recommendation;
import dev.countermand.model.RiskSubject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the risk of each subject and the incidents of each agent. An event that comes again changes
 * nothing, and what it led to is told again.
 *
 * <p>What changes little is told within some seconds, so that a flood of findings that say the same
 * is no flood of documents. Subjects whose risk has decayed are deleted; beyond {@value
 * #MAX_SUBJECTS} of a partition no session and no credential is added, because an agent can make up
 * as many as it likes.
 */
final class FollowSubject implements Processor<String, RiskEvent, String, Told> {
  /** The name of the store. */
  static final String NAME = "risk-subjects";

  /** Most subjects of a partition before sessions and credentials are left out. */
  static final int MAX_SUBJECTS = 250_000;

  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final int MAX_SWEPT = 500;

  /** A score is told at once when it moves by so much. */
  private static final double STEP = 1;

  private final RiskPolicy policy;
  private final IncidentPolicy hygiene;
  private final RiskMetrics metrics;
  private @Nullable ProcessorContext<String, Told> context;
  private @Nullable KeyValueStore<String, SubjectState> subjects;
  private String cursor = "";
  private boolean crowded;

  FollowSubject(RiskPolicy policy, IncidentPolicy hygiene, RiskMetrics metrics) {
    this.policy = policy;
    this.hygiene = hygiene;
    this.metrics = metrics;
  }

  static StoreBuilder<KeyValueStore<String, SubjectState>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(NAME),
            Serdes.String(),
            DocumentSerde.lenient(SubjectState.CODEC))
        .withCachingDisabled();
  }

  @Override
  public void init(ProcessorContext<String, Told> context) {
    this.context = context;
    this.subjects = context.getStateStore(NAME);
    context.schedule(
        SWEEP, PunctuationType.WALL_CLOCK_TIME, now -> sweep(Instant.ofEpochMilli(now)));
  }

  @Override
  public void process(Record<String, RiskEvent> record) {
    RiskEvent event = record.value();
    if (context == null || subjects == null || event == null) {
      return;
    }
    String subject = record.key();
    SubjectState found = subjects.get(subject);
    SubjectState before = found == null ? SubjectState.EMPTY : found;
    if (before.knows(event)) {
      again(record, before);
    } else if (found == null && crowded && isMadeUp(event.kind())) {
      metrics.notKept();
    } else if (event.signal() != null) {
      found(record, event.signal(), before);
    } else {
      moved(record, event, before);
    }
  }

  private static boolean isMadeUp(RiskSubject kind) {
    return kind == RiskSubject.SESSION || kind == RiskSubject.CREDENTIAL;
  }

  /** What was told may not have reached the topics when the process before this one died. */
  private void again(Record<String, RiskEvent> record, SubjectState state) {
    RiskEvent event = record.value();
    Signal signal = event.signal();
    boolean hasOrdered = signal != null && signal.findingId().equals(state.orderedBy());
    tell(record, state, List.of(), hasOrdered && signal != null ? order(signal, state) : List.of());
    metrics.repeated();
  }

  private void found(Record<String, RiskEvent> record, Signal signal, SubjectState before) {
    RiskEvent event = record.value();
    RiskState risk = before.risk().plus(signal, policy.halfLife());
    double score = risk.score(policy.halfLife());
    boolean isAgent = event.kind() == RiskSubject.AGENT;
    IncidentState.Change change =
        isAgent
            ? before.incidents().plus(signal, score, hygiene)
            : new IncidentState.Change(before.incidents(), Optional.empty(), false);
    boolean goesOn = isSame(before.incidents().current(), change.state().current());
    String ordered = goesOn ? before.orderedBy() : null;
    boolean orders = isAgent && ordered == null && calls(score, change.state().current());
    SubjectState after =
        before.after(
            event,
            risk,
            change.state(),
            orders ? signal.findingId() : ordered,
            Instant.ofEpochMilli(record.timestamp()));
    boolean isNews =
        change.isAlert()
            || !goesOn
            || orders
            || Math.abs(score - before.told()) >= STEP
            || !policy.answer(score).equals(policy.answer(before.told()));
    if (isAgent) {
      metrics.heard(change.isAlert());
    }
    if (isNews) {
      tell(
          record,
          after,
          change.closed().stream().toList(),
          orders ? order(signal, after) : List.of());
    } else {
      store().put(record.key(), after);
    }
  }

  /** The agent was contained or released. */
  private void moved(Record<String, RiskEvent> record, RiskEvent event, SubjectState before) {
    IncidentState incidents = before.incidents();
    RiskState risk = before.risk();
    if (event.contained() != null) {
      incidents = incidents.containedAt(event.contained());
    }
    if (event.released() != null) {
      incidents = incidents.releasedAt(event.released());
      risk = risk.settledAt(event.released());
    }
    Instant time = Instant.ofEpochMilli(record.timestamp());
    tell(
        record,
        before.after(event, risk, incidents, before.orderedBy(), time),
        List.of(),
        List.of());
  }

  private static boolean isSame(@Nullable Incident a, @Nullable Incident b) {
    return Objects.equals(a == null ? null : a.id(), b == null ? null : b.id());
  }

  private boolean calls(double score, @Nullable Incident incident) {
    return incident != null
        && incident.status() == IncidentStatus.OPEN
        && policy.answer(score).filter(Recommendation.CONTAIN::equals).isPresent();
  }

  private static List<ContainmentOrder> order(Signal signal, SubjectState state) {
    Incident incident = state.incidents().current();
    return incident == null
        ? List.of()
        : List.of(RiskDocuments.order(signal, incident, state.risk()));
  }

  private void tell(
      Record<String, RiskEvent> record,
      SubjectState state,
      List<Incident> closed,
      List<ContainmentOrder> orders) {
    double score = state.risk().score(policy.halfLife());
    SubjectState told = state.told(score);
    store().put(record.key(), told);
    List<Incident> incidents = new ArrayList<>(closed);
    Incident current = told.incidents().current();
    if (current != null) {
      incidents.add(current);
    }
    if (context != null) {
      context.forward(
          record.withValue(
              new Told(
                  List.of(RiskDocuments.risk(record.key(), told, policy)), incidents, orders)));
    }
    orders.forEach(order -> metrics.ordered());
  }

  private KeyValueStore<String, SubjectState> store() {
    return Objects.requireNonNull(subjects, "process before init");
  }

  /** A part of the store at a time. */
  private void sweep(Instant now) {
    crowded = store().approximateNumEntries() > MAX_SUBJECTS;
    List<KeyValue<String, SubjectState>> some = new ArrayList<>();
    String next = "";
    try (KeyValueIterator<String, SubjectState> rest =
        cursor.isEmpty() ? store().all() : store().range(cursor, null)) {
      while (rest.hasNext() && next.isEmpty()) {
        KeyValue<String, SubjectState> one = rest.next();
        if (some.size() == MAX_SWEPT) {
          next = one.key;
        } else if (one.value != null) {
          some.add(one);
        }
      }
    }
    cursor = next;
    some.forEach(one -> sweep(one.key, one.value, now));
  }

  private void sweep(String subject, SubjectState state, Instant now) {
    IncidentState incidents = state.incidents().at(now, hygiene);
    SubjectState swept = incidents == state.incidents() ? state : state.with(incidents);
    if (swept.untold()) {
      tell(new Record<>(subject, null, now.toEpochMilli()), swept, List.of(), List.of());
    } else if (swept.risk().isWorthlessAt(now, policy.halfLife())
        && swept.incidents().isOverAt(now, hygiene)
        && now.isAfter(swept.touched().plus(hygiene.quietFor().multipliedBy(2)))) {
      store().delete(subject);
    }
  }
}
