package dev.countermand.streams;

import dev.countermand.detectors.incident.IncidentState;
import dev.countermand.detectors.risk.RiskState;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one subject, in one value, so that its changelog has one order.
 *
 * @param risk what makes it risky
 * @param incidents of agents; empty of the others
 * @param orderedBy the finding that led to the order to contain the agent in the incident of now;
 *     null for none
 * @param places the last offset of each partition it was told of from
 * @param recent ids of the latest findings, the oldest first; at most {@value #MAX_RECENT}
 * @param changes how many events went into it
 * @param told the score that was told last
 * @param untold whether something was not told yet
 * @param touched when something of it came last
 * @param extra fields of a newer schema, kept as they came
 */
record SubjectState(
    RiskState risk,
    IncidentState incidents,
    @Nullable String orderedBy,
    Map<String, String> places,
    List<String> recent,
    long changes,
    double told,
    boolean untold,
    Instant touched,
    Extra extra) {

  /** Of an agent's latest findings so many are known again when scoring tells of them twice. */
  static final int MAX_RECENT = 64;

  static final SubjectState EMPTY =
      new SubjectState(
          RiskState.EMPTY,
          IncidentState.EMPTY,
          null,
          Map.of(),
          List.of(),
          0,
          0,
          false,
          Instant.EPOCH,
          Extra.NONE);

  SubjectState {
    places = Map.copyOf(places);
    recent = List.copyOf(recent);
  }

  private static final DocumentCodec.Builder<SubjectState> FIELDS =
      DocumentCodec.builder("subject state");
  private static final Field<SubjectState, RiskState> RISK =
      FIELDS.object("risk", RiskState.CODEC, SubjectState::risk);
  private static final Field<SubjectState, IncidentState> INCIDENTS =
      FIELDS.object("incidents", IncidentState.CODEC, SubjectState::incidents);
  private static final Field<SubjectState, String> ORDERED_BY =
      FIELDS.string("ordered_by", SubjectState::orderedBy);
  private static final Field<SubjectState, Map<String, String>> PLACES =
      FIELDS.map("places", SubjectState::places);
  private static final Field<SubjectState, List<String>> RECENT =
      FIELDS.strings("recent", SubjectState::recent);
  private static final Field<SubjectState, Long> CHANGES =
      FIELDS.integer("changes", SubjectState::changes);
  private static final Field<SubjectState, Double> TOLD = FIELDS.number("told", SubjectState::told);
  private static final Field<SubjectState, Boolean> UNTOLD =
      FIELDS.bool("untold", SubjectState::untold);
  private static final Field<SubjectState, Instant> TOUCHED =
      FIELDS.instant("touched", SubjectState::touched);

  static final DocumentCodec<SubjectState> CODEC =
      FIELDS.build(
          v ->
              new SubjectState(
                  v.get(RISK),
                  v.get(INCIDENTS),
                  v.find(ORDERED_BY),
                  v.getOr(PLACES, Map.of()),
                  v.getOr(RECENT, List.of()),
                  v.get(CHANGES),
                  v.get(TOLD),
                  v.get(UNTOLD),
                  v.get(TOUCHED),
                  v.extra()),
          SubjectState::extra);

  /** Whether an event went into it already: read again after a crash, or told twice by scoring. */
  boolean knows(RiskEvent event) {
    String last = places.get(event.source());
    return (last != null && event.offset() <= Long.parseLong(last))
        || (event.signal() != null && recent.contains(event.signal().findingId()));
  }

  /** The state after an event. */
  SubjectState after(
      RiskEvent event,
      RiskState nextRisk,
      IncidentState nextIncidents,
      @Nullable String ordered,
      Instant time) {
    Map<String, String> nextPlaces = new HashMap<>(places);
    nextPlaces.put(event.source(), Long.toString(event.offset()));
    List<String> nextRecent = new ArrayList<>(recent);
    if (event.signal() != null) {
      nextRecent.add(event.signal().findingId());
    }
    return new SubjectState(
        nextRisk,
        nextIncidents,
        ordered,
        nextPlaces,
        nextRecent.subList(Math.max(0, nextRecent.size() - MAX_RECENT), nextRecent.size()),
        changes + 1,
        told,
        true,
        time.isAfter(touched) ? time : touched,
        extra);
  }

  /** The state with other incidents that were not told yet. */
  SubjectState with(IncidentState nextIncidents) {
    return new SubjectState(
        risk, nextIncidents, orderedBy, places, recent, changes + 1, told, true, touched, extra);
  }

  /** The state after it was told. */
  SubjectState told(double score) {
    return new SubjectState(
        risk, incidents, orderedBy, places, recent, changes, score, false, touched, extra);
  }
}
