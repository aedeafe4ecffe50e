package dev.countermand.detectors.incident;

import dev.countermand.detectors.incident.AlertGate.Passage;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Severity;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the incidents of one agent. Immutable; bounded as {@link Incidents} and the
 * memory of alerts are.
 *
 * <p>An incident is closed by quiet at its last finding and {@link IncidentPolicy#quietFor}, never
 * by the time at which somebody noticed: a finding that was on its way meanwhile opens it again,
 * and a process that comes late gives the same incidents.
 *
 * @param current the latest incident; null for none yet
 * @param changes how many there were of the latest incident
 * @param gate which findings are alerts
 * @param contained since when the agent is contained; null when it is not
 * @param released when it was last released; null for never
 * @param extra fields of a newer schema, kept as they came
 */
public record IncidentState(
    @Nullable Incident current,
    long changes,
    AlertGate gate,
    @Nullable Instant contained,
    @Nullable Instant released,
    Extra extra) {

  /** The state of an agent of which nothing was found yet. */
  public static final IncidentState EMPTY =
      new IncidentState(null, 0, AlertGate.EMPTY, null, null, Extra.NONE);

  private static final DocumentCodec.Builder<IncidentState> FIELDS =
      DocumentCodec.builder("incident state");
  private static final Field<IncidentState, Incident> CURRENT =
      FIELDS.object("current", Incident.CODEC, IncidentState::current);
  private static final Field<IncidentState, Long> CHANGES =
      FIELDS.integer("changes", IncidentState::changes);
  private static final Field<IncidentState, AlertGate> GATE =
      FIELDS.object("gate", AlertGate.CODEC, IncidentState::gate);
  private static final Field<IncidentState, Instant> CONTAINED =
      FIELDS.instant("contained", IncidentState::contained);
  private static final Field<IncidentState, Instant> RELEASED =
      FIELDS.instant("released", IncidentState::released);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<IncidentState> CODEC =
      FIELDS.build(
          v ->
              new IncidentState(
                  v.find(CURRENT),
                  v.get(CHANGES),
                  v.get(GATE),
                  v.find(CONTAINED),
                  v.find(RELEASED),
                  v.extra()),
          IncidentState::extra);

  /**
   * What a finding leads to.
   *
   * @param state with the finding
   * @param closed the incident before, if this finding showed that it is over
   * @param isAlert whether somebody should be told
   */
  public record Change(IncidentState state, Optional<Incident> closed, boolean isAlert) {}

  /**
   * The state with one more finding.
   *
   * @param risk of the agent with this finding, 0 to 100
   */
  public Change plus(Signal signal, double risk, IncidentPolicy policy) {
    Incident before = current;
    Optional<Incident> closed =
        before != null
                && before.status() == IncidentStatus.OPEN
                && signal.time().isAfter(before.last().plus(policy.quietFor()))
            ? Optional.ofNullable(closedByQuiet(policy).current())
            : Optional.empty();
    boolean goesOn = before != null && closed.isEmpty() && takes(before, signal, policy);
    Incident incident = before != null && goesOn ? before : opened(signal);
    boolean isNews = Incidents.isNews(incident, signal);
    Passage passage = gate.judge(signal, policy, isNews);
    boolean isAlert = passage == Passage.ALERT;
    Incident with = Incidents.with(incident, signal, passage, risk);
    IncidentState next =
        changed(
            status(with),
            goesOn ? changes + 1 : 1,
            isAlert ? gate.after(signal, policy) : gate,
            contained,
            released);
    return new Change(next, closed, isAlert);
  }

  /** The state after the kill switch of the agent was thrown; an older release stands after it. */
  public IncidentState containedAt(Instant time) {
    if (contained != null || (released != null && !time.isAfter(released))) {
      return this;
    }
    Incident incident = current;
    Incident now =
        incident == null || incident.status() == IncidentStatus.CLOSED
            ? incident
            : Incidents.as(incident, IncidentStatus.CONTAINED, time, null);
    return changed(now, changes + 1, gate, time, released);
  }

  /** The state after a person released the agent, or said that it need not be contained. */
  public IncidentState releasedAt(Instant time) {
    if ((released != null && !time.isAfter(released))
        || (contained != null && time.isBefore(contained))) {
      return this;
    }
    Incident incident = current;
    Incident now =
        incident == null
                || incident.status() == IncidentStatus.CLOSED
                || incident.first().isAfter(time)
            ? incident
            : Incidents.as(incident, IncidentStatus.CLOSED, incident.containedAt(), time);
    return changed(now, changes + 1, gate, null, time);
  }

  /** The state at an instant: an open incident of which nothing was heard for long is closed. */
  public IncidentState at(Instant now, IncidentPolicy policy) {
    Incident incident = current;
    return incident != null
            && incident.status() == IncidentStatus.OPEN
            && now.isAfter(incident.last().plus(policy.quietFor()))
        ? closedByQuiet(policy)
        : this;
  }

  /** Whether nothing of it is needed after an instant but for what is on the topic. */
  public boolean isOverAt(Instant now, IncidentPolicy policy) {
    Incident incident = current;
    return contained == null
        && (incident == null
            || (incident.status() == IncidentStatus.CLOSED
                && now.isAfter(incident.last().plus(policy.quietFor().multipliedBy(2)))));
  }

  private IncidentState closedByQuiet(IncidentPolicy policy) {
    Incident incident = current;
    if (incident == null) {
      return this;
    }
    Instant end = incident.last().plus(policy.quietFor());
    return changed(
        Incidents.as(incident, IncidentStatus.CLOSED, incident.containedAt(), end),
        changes + 1,
        gate,
        contained,
        released);
  }

  /** Whether a finding belongs to an incident. */
  private boolean takes(Incident incident, Signal signal, IncidentPolicy policy) {
    boolean isReleased =
        released != null && incident.closedAt() != null && incident.closedAt().equals(released);
    if (isReleased) {
      return !signal.time().isAfter(released);
    }
    return incident.status() != IncidentStatus.CLOSED
        || !signal.time().isAfter(incident.last().plus(policy.quietFor()));
  }

  /** What became of an incident that a finding was added to. */
  private Incident status(Incident incident) {
    Instant since = contained;
    if (since != null) {
      return Incidents.as(incident, IncidentStatus.CONTAINED, since, null);
    }
    // The release may be heard of before the findings that it is about.
    return released != null && !incident.last().isAfter(released)
        ? Incidents.as(incident, IncidentStatus.CLOSED, incident.containedAt(), released)
        : Incidents.as(incident, IncidentStatus.OPEN, incident.containedAt(), null);
  }

  private IncidentState changed(
      @Nullable Incident incident,
      long number,
      AlertGate nextGate,
      @Nullable Instant since,
      @Nullable Instant until) {
    return new IncidentState(
        incident == null ? null : Incidents.numbered(incident, number),
        incident == null ? 0 : number,
        nextGate,
        since,
        until,
        extra);
  }

  private static Incident opened(Signal signal) {
    String id = "incident-" + Digests.of(signal.agentId(), signal.findingId());
    return new Incident(
        id,
        id,
        signal.time(),
        IncidentStatus.OPEN,
        signal.agentId(),
        Incidents.title(signal),
        signal.gravity(),
        signal.time(),
        signal.summary(),
        Severity.NONE,
        0,
        signal.time(),
        signal.time(),
        null,
        null,
        IncidentCounts.NONE,
        List.of(),
        List.of(),
        List.of(),
        Extra.NONE);
  }
}
