package dev.countermand.detectors.baseline;

import dev.countermand.model.Baseline;
import dev.countermand.model.Learned;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a subject does one thing, learned from windows of a minute over weeks. Immutable; its
 * JSON is some 500 bytes.
 *
 * <p>The rate is a Gamma distribution that events and watched time update (Poisson likelihood with
 * a conjugate prior: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). Both forget with
 * the time constant {@link #MEMORY}: with events <i>e</i>, seconds <i>s</i> and a time <i>t</i> in
 * which <i>n</i> events came, <i>e' = e·e<sup>−t/m</sup> + n</i> and <i>s' = s·e<sup>−t/m</sup> +
 * m(1 − e<sup>−t/m</sup>)</i>. Quiet time counts; quantiles are of windows with at least one event.
 *
 * @param from the start of the first window
 * @param until the end of the last window
 * @param events events that are remembered, without the prior
 * @param seconds time that is remembered, without the prior
 * @param windows how many active windows it has learned from
 * @param withheld how many windows were left out
 * @param counts the events of active windows, as {@link Counts} writes them
 * @param max the most events of a window
 * @param guard what it was when the day began
 * @param extra fields of a newer schema, kept as they came
 */
public record LearnedRate(
    Instant from,
    Instant until,
    double events,
    double seconds,
    long windows,
    long withheld,
    String counts,
    long max,
    DriftGuard guard,
    Extra extra) {
  /** The length of a window. */
  public static final Duration WINDOW = Duration.ofMinutes(1);

  /** The time after which all but {@code 1/e} of what was learned is forgotten. */
  public static final Duration MEMORY = Duration.ofDays(14);

  /** Shape of the prior of a subject without peers, as in Jeffreys' prior: half an event. */
  public static final double PRIOR_EVENTS = 0.5;

  /** Exposure of that prior: one window. */
  public static final double PRIOR_SECONDS = 60;

  private static final DocumentCodec.Builder<LearnedRate> FIELDS =
      DocumentCodec.builder("learned rate");
  private static final Field<LearnedRate, Instant> FROM = FIELDS.instant("from", LearnedRate::from);
  private static final Field<LearnedRate, Instant> UNTIL =
      FIELDS.instant("until", LearnedRate::until);
  private static final Field<LearnedRate, Double> EVENTS =
      FIELDS.number("events", LearnedRate::events);
  private static final Field<LearnedRate, Double> SECONDS =
      FIELDS.number("seconds", LearnedRate::seconds);
  private static final Field<LearnedRate, Long> WINDOWS =
      FIELDS.integer("windows", LearnedRate::windows);
  private static final Field<LearnedRate, Long> WITHHELD =
      FIELDS.integer("withheld", LearnedRate::withheld);
  private static final Field<LearnedRate, String> COUNTS =
      FIELDS.string("counts", LearnedRate::counts);
  private static final Field<LearnedRate, Long> MAX = FIELDS.integer("max", LearnedRate::max);
  private static final Field<LearnedRate, DriftGuard> GUARD =
      FIELDS.object("guard", DriftGuard.CODEC, LearnedRate::guard);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<LearnedRate> CODEC =
      FIELDS.build(
          v ->
              new LearnedRate(
                  v.get(FROM),
                  v.get(UNTIL),
                  v.get(EVENTS),
                  v.get(SECONDS),
                  v.get(WINDOWS),
                  v.get(WITHHELD),
                  v.get(COUNTS),
                  v.get(MAX),
                  v.get(GUARD),
                  v.extra()),
          LearnedRate::extra);

  /** What is known of a subject that is watched from the start of a window on: nothing. */
  public static LearnedRate startingAt(Instant window) {
    return new LearnedRate(
        window, window, 0, 0, 0, 0, Counts.NONE, 0, DriftGuard.none(day(window)), Extra.NONE);
  }

  /** The start of the window an instant is in. */
  public static Instant windowOf(Instant time) {
    long seconds = WINDOW.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /**
   * What is known after a window, and the quiet time before it. A window that starts before the
   * last one ended changes nothing.
   *
   * @param start when it starts
   * @param count events in it, at least 1
   */
  public LearnedRate learn(Instant start, long count) {
    return learnAll(start, List.of(count), watched(start));
  }

  /**
   * What is known of a peer group after a window. A window that starts before the last one ended
   * changes nothing.
   *
   * @param start when it starts
   * @param each events of each member that was active in it, in any order
   * @param watched the sum of what {@link #watched} says of these members
   */
  public LearnedRate learnAll(Instant start, List<Long> each, double watched) {
    if (start.isBefore(until)) {
      return this;
    }
    Instant end = start.plus(WINDOW);
    double left = left(secondsTo(end));
    DriftGuard today = guard.at(day(start), events, seconds, max);
    double time = seconds * left + watched;
    List<Long> bounded = each.stream().map(c -> Math.min(c, today.largest())).sorted().toList();
    double before = events * left;
    double after = before + bounded.stream().mapToLong(Long::longValue).sum();
    return new LearnedRate(
        from,
        end,
        Math.max(before, Math.min(after, today.most(time))),
        time,
        windows + bounded.size(),
        withheld,
        Counts.plus(counts, bounded),
        bounded.stream().mapToLong(Long::longValue).reduce(max, Math::max),
        today,
        extra);
  }

  /**
   * What is known after a window that is no example: the quiet time before it counts, the window
   * does not.
   */
  public LearnedRate withhold(Instant start) {
    if (start.isBefore(until)) {
      return this;
    }
    double window = left((double) WINDOW.toSeconds());
    double quiet = left(secondsTo(start));
    return new LearnedRate(
        from,
        start.plus(WINDOW),
        events * quiet * window,
        (seconds * quiet + MEMORY.toSeconds() * (1 - quiet)) * window,
        windows,
        withheld + 1,
        counts,
        max,
        guard.at(day(start), events, seconds, max),
        extra);
  }

  /**
   * The time that a window and the quiet before it add, in seconds, less what is forgotten by its
   * end.
   */
  public double watched(Instant start) {
    return start.isBefore(until)
        ? 0
        : MEMORY.toSeconds() * (1 - left(secondsTo(start.plus(WINDOW))));
  }

  /**
   * Both together, as when each learned from windows the other did not see. In any order and
   * grouping the result is the same, but for the last bits of the doubles.
   */
  public LearnedRate merge(LearnedRate other) {
    Instant end = until.isAfter(other.until) ? until : other.until;
    double own = left(secondsTo(end));
    double others = left(other.secondsTo(end));
    return new LearnedRate(
        from.isBefore(other.from) ? from : other.from,
        end,
        events * own + other.events * others,
        seconds * own + other.seconds * others,
        windows + other.windows,
        withheld + other.withheld,
        Counts.merge(counts, other.counts),
        Math.max(max, other.max),
        guard.merge(other.guard),
        extra);
  }

  /**
   * As others read it.
   *
   * @param peers the subject whose baseline stands in while this one knows little
   */
  public Baseline baseline(String subject, Feature feature, @Nullable String peers) {
    Learned learned =
        new Learned(
            WINDOW.toSeconds(),
            windows,
            withheld,
            Counts.percentile(counts, 50),
            Counts.percentile(counts, 95),
            Counts.percentile(counts, 99),
            max,
            from,
            peers,
            Extra.NONE);
    return new Baseline(
        subject,
        until,
        feature.wireName(),
        PRIOR_EVENTS + events,
        PRIOR_SECONDS + seconds,
        learned,
        Extra.NONE);
  }

  private double secondsTo(Instant end) {
    return (double) Duration.between(until, end).toSeconds();
  }

  /** How much is left of what was known so many seconds ago. */
  static double left(double seconds) {
    // StrictMath: a replay on another machine has to end in the same bits.
    return StrictMath.exp(-seconds / MEMORY.toSeconds());
  }

  private static long day(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }
}
