package dev.countermand.detectors.baseline;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;

/**
 * What was learned when the day began. Within the day the learned rate rises to at most {@value
 * #RISE} times that, or by one event an hour where that is more, and the largest count of a window
 * that is learned by a tenth or by two. Who wants to teach a rate has to be patient: a tenfold one
 * takes 25 days. A rate falls no faster than {@link LearnedRate#MEMORY} lets it.
 *
 * <p>There is no guard until a subject was watched for a day: what it does first is what it is
 * compared with.
 *
 * @param day days since 1970, UTC
 * @param events what {@link LearnedRate#events} was; 0 with no guard yet
 * @param seconds what {@link LearnedRate#seconds} was; 0 with no guard yet
 * @param peak the largest count that was learned before
 * @param extra fields of a newer schema, kept as they came
 */
record DriftGuard(long day, double events, double seconds, long peak, Extra extra) {
  /** How many times the rate of the day's beginning the rate may become within the day. */
  static final double RISE = 1.1;

  private static final double RISE_AT_LEAST = 1 / 3_600.0;
  private static final long PEAK_AT_LEAST = 2;
  private static final double FIRST_SECONDS = 0.9 * Duration.ofDays(1).toSeconds();

  private static final DocumentCodec.Builder<DriftGuard> FIELDS =
      DocumentCodec.builder("drift guard");
  private static final Field<DriftGuard, Long> DAY = FIELDS.integer("day", DriftGuard::day);
  private static final Field<DriftGuard, Double> EVENTS =
      FIELDS.number("events", DriftGuard::events);
  private static final Field<DriftGuard, Double> SECONDS =
      FIELDS.number("seconds", DriftGuard::seconds);
  private static final Field<DriftGuard, Long> PEAK = FIELDS.integer("peak", DriftGuard::peak);
  static final DocumentCodec<DriftGuard> CODEC =
      FIELDS.build(
          v -> new DriftGuard(v.get(DAY), v.get(EVENTS), v.get(SECONDS), v.get(PEAK), v.extra()),
          DriftGuard::extra);

  static DriftGuard none(long day) {
    return new DriftGuard(day, 0, 0, 0, Extra.NONE);
  }

  /** The guard of a day that begins with what was learned so far. */
  DriftGuard at(long now, double learnedEvents, double learnedSeconds, long learnedPeak) {
    if (now <= day) {
      return this;
    }
    return learnedSeconds < FIRST_SECONDS
        ? new DriftGuard(now, 0, 0, 0, extra)
        : new DriftGuard(now, learnedEvents, learnedSeconds, learnedPeak, extra);
  }

  /** Most events that may be learned by the end of so many seconds of watching. */
  double most(double watched) {
    if (seconds == 0) {
      return Double.MAX_VALUE;
    }
    double start = rate(events, seconds);
    double most = Math.max(start * RISE, start + RISE_AT_LEAST);
    return most * (watched + LearnedRate.PRIOR_SECONDS) - LearnedRate.PRIOR_EVENTS;
  }

  /** The largest count of a window that is learned as it is. */
  long largest() {
    return seconds == 0 ? Counts.MAX : Math.max((long) (peak * RISE), peak + PEAK_AT_LEAST);
  }

  DriftGuard merge(DriftGuard other) {
    long both = Math.max(day, other.day);
    return new DriftGuard(
        both,
        events * left(both) + other.events * other.left(both),
        seconds * left(both) + other.seconds * other.left(both),
        Math.max(peak, other.peak),
        extra);
  }

  private double left(long to) {
    return LearnedRate.left((double) Duration.ofDays(to - day).toSeconds());
  }

  static double rate(double events, double seconds) {
    return (LearnedRate.PRIOR_EVENTS + events) / (LearnedRate.PRIOR_SECONDS + seconds);
  }
}
