package dev.countermand.detectors.incident;

import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.Severity;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which findings of one agent are alerts. Immutable; bounded by {@value #MAX_REMEMBERED}
 * alerts that are remembered, the oldest forgotten first.
 *
 * @param recent alerts that a finding may repeat, the oldest first
 * @param hour the latest hour of an alert, counted from 1970
 * @param alerts how many there were in that hour
 * @param gravest of them
 * @param extra fields of a newer schema, kept as they came
 */
record AlertGate(List<Alerted> recent, long hour, long alerts, Severity gravest, Extra extra) {
  static final int MAX_REMEMBERED = 128;
  static final AlertGate EMPTY = new AlertGate(List.of(), 0, 0, Severity.NONE, Extra.NONE);

  private static final long HOUR_SECONDS = 3_600;

  private static final DocumentCodec.Builder<AlertGate> FIELDS =
      DocumentCodec.builder("alert gate");
  private static final Field<AlertGate, List<Alerted>> RECENT =
      FIELDS.list("recent", Alerted.CODEC, AlertGate::recent);
  private static final Field<AlertGate, Long> HOUR = FIELDS.integer("hour", AlertGate::hour);
  private static final Field<AlertGate, Long> ALERTS = FIELDS.integer("alerts", AlertGate::alerts);
  private static final Field<AlertGate, Severity> GRAVEST =
      FIELDS.wire("gravest", Severity.values(), AlertGate::gravest);

  static final DocumentCodec<AlertGate> CODEC =
      FIELDS.build(
          v ->
              new AlertGate(
                  v.getOr(RECENT, List.of()),
                  v.get(HOUR),
                  v.get(ALERTS),
                  v.get(GRAVEST),
                  v.extra()),
          AlertGate::extra);

  AlertGate {
    recent = List.copyOf(recent);
  }

  /** What becomes of a finding. */
  enum Passage {
    /** It is told. */
    ALERT,
    /** An alert has said it shortly before. */
    REPEATED,
    /** There were too many alerts in this hour. */
    SUPPRESSED
  }

  /**
   * What becomes of a finding.
   *
   * @param isNews whether the incident had none of its kind
   */
  Passage judge(Signal signal, IncidentPolicy policy, boolean isNews) {
    String key = key(signal);
    boolean isRepeated =
        recent.stream().anyMatch(one -> one.key().equals(key) && covers(one, signal, policy));
    if (isRepeated) {
      return Passage.REPEATED;
    }
    boolean isInTheHour = hour(signal) <= hour;
    boolean isFull = isInTheHour && alerts >= policy.alertsPerHour();
    // An agent that fills the hour with trifles must not hide something grave or new behind them.
    boolean isGraver = signal.severity().compareTo(gravest) > 0;
    return isFull && !isNews && !isGraver ? Passage.SUPPRESSED : Passage.ALERT;
  }

  /** The gate after a finding was an alert. */
  AlertGate after(Signal alert, IncidentPolicy policy) {
    List<Alerted> next = new ArrayList<>(recent);
    String key = key(alert);
    next.removeIf(
        one ->
            one.key().equals(key) || alert.time().isAfter(one.time().plus(policy.repeatedFor())));
    next.add(new Alerted(key, alert.time(), Extra.NONE));
    if (next.size() > MAX_REMEMBERED) {
      next.remove(0);
    }
    boolean isNewHour = hour(alert) > hour;
    return new AlertGate(
        next,
        Math.max(hour, hour(alert)),
        isNewHour ? 1 : alerts + 1,
        isNewHour ? alert.severity() : gravest.or(alert.severity()),
        extra);
  }

  private static boolean covers(Alerted alerted, Signal signal, IncidentPolicy policy) {
    Duration apart = Duration.between(alerted.time(), signal.time()).abs();
    return apart.compareTo(policy.repeatedFor()) < 0;
  }

  private static long hour(Signal signal) {
    return Math.floorDiv(signal.time().getEpochSecond(), HOUR_SECONDS);
  }

  /** Of a fixed size, whatever the agent calls its things. */
  private static String key(Signal signal) {
    return Digests.of(signal.kind(), signal.resource());
  }
}
