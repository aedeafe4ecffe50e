package dev.countermand.detectors;

import dev.countermand.detectors.baseline.NegativeBinomial;
import dev.countermand.model.Baseline;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How often one agent deletes: the last minute in steps of five seconds, and a baseline learned of
 * all that came before. Immutable; at most 13 buckets.
 *
 * <p>The rate is a Gamma distribution that deletes and time update (Poisson likelihood with a
 * conjugate prior: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). Both forget with
 * the time constant {@link #MEMORY}, back towards the prior: with shape <i>a</i>, exposure <i>b</i>
 * and a quiet time <i>t</i>, <i>a' = a₀ + (a − a₀)e<sup>−t/m</sup></i> and <i>b' = b₀ + (b −
 * b₀)e<sup>−t/m</sup> + m(1 − e<sup>−t/m</sup>)</i>. Only time and deletes move it; reads do not.
 *
 * <p>Time is event time. An action that is late, but within the window, joins its own bucket; one
 * that is later still is learned at once. A bucket teaches the baseline no more than a few times
 * what was expected, so that a burst does not make the next burst look normal.
 *
 * @param baseline what was learned up to the start of the window
 * @param buckets deletes within the window, the oldest first
 * @param extra fields of a newer schema, kept as they came
 */
public record DeleteRate(Baseline baseline, List<Bucket> buckets, Extra extra) {
  /** The time over which deletes are counted. */
  public static final Duration WINDOW = Duration.ofSeconds(60);

  /** The time after which a quiet agent has forgotten all but {@code 1/e} of what it learned. */
  public static final Duration MEMORY = Duration.ofHours(6);

  /** Shape of the prior, as in Jeffreys' prior of a Poisson rate: half an event. */
  static final double PRIOR_SHAPE = 0.5;

  /** Exposure of the prior, in seconds: with the shape, one delete a minute. */
  static final double PRIOR_EXPOSURE = 30;

  private static final int STEP = 5;
  private static final int STEPS = (int) WINDOW.toSeconds() / STEP;
  private static final int LEARNED_AT_LEAST = 2;
  private static final double LEARNED_RATIO = 3;
  private static final long MAX_COUNT = 100_000;

  /**
   * Deletes within one step.
   *
   * @param step seconds since 1970 divided by five
   * @param count how many
   * @param extra fields of a newer schema, kept as they came
   */
  public record Bucket(long step, long count, Extra extra) {
    private static final DocumentCodec.Builder<Bucket> FIELDS = DocumentCodec.builder("bucket");
    private static final Field<Bucket, Long> AT = FIELDS.integer("step", Bucket::step);
    private static final Field<Bucket, Long> COUNT = FIELDS.integer("count", Bucket::count);
    private static final DocumentCodec<Bucket> CODEC =
        FIELDS.build(v -> new Bucket(v.get(AT), v.get(COUNT), v.extra()), Bucket::extra);
  }

  private static final DocumentCodec.Builder<DeleteRate> FIELDS =
      DocumentCodec.builder("delete rate");
  private static final Field<DeleteRate, Baseline> BASELINE =
      FIELDS.object("baseline", Baseline.CODEC, DeleteRate::baseline);
  private static final Field<DeleteRate, List<Bucket>> BUCKETS =
      FIELDS.list("buckets", Bucket.CODEC, DeleteRate::buckets);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<DeleteRate> CODEC =
      FIELDS.build(
          v -> new DeleteRate(v.get(BASELINE), v.getOr(BUCKETS, List.of()), v.extra()),
          DeleteRate::extra);

  /** The rate of an agent that is watched from an instant on: the prior. */
  public static DeleteRate startingAt(String agentId, Instant first) {
    Baseline prior =
        new Baseline(
            agentId,
            Instant.ofEpochSecond(step(first) * STEP),
            "deletes",
            PRIOR_SHAPE,
            PRIOR_EXPOSURE,
            Extra.NONE);
    return new DeleteRate(prior, List.of(), Extra.NONE);
  }

  /** The rate after some deletes at an instant. */
  public DeleteRate plus(Instant time, int deletes) {
    long step = step(time);
    long newest = buckets.isEmpty() ? step : Math.max(step, last().step());
    long oldest = newest - STEPS + 1;
    Baseline learned = baseline;
    List<Bucket> kept = new ArrayList<>();
    for (Bucket bucket : with(step, deletes)) {
      if (bucket.step() < oldest) {
        learned = learn(advance(learned, (bucket.step() + 1) * STEP), bucket.count());
      } else {
        kept.add(bucket);
      }
    }
    return new DeleteRate(advance(learned, oldest * STEP), List.copyOf(kept), extra);
  }

  /** Deletes within the window that ends with the newest of them. */
  public long seen() {
    return buckets.stream().mapToLong(Bucket::count).sum();
  }

  /** Deletes the baseline expects within a window. */
  public double expected() {
    return baseline.expected(WINDOW.toSeconds());
  }

  /**
   * The probability that the baseline gives to as many deletes in a window as there are, or more.
   */
  public double probability() {
    return NegativeBinomial.atLeast(
        seen(), baseline.shape(), baseline.exposure(), WINDOW.toSeconds());
  }

  private List<Bucket> with(long step, int deletes) {
    List<Bucket> all = new ArrayList<>(buckets.size() + 1);
    boolean placed = false;
    for (Bucket bucket : buckets) {
      if (!placed && step < bucket.step()) {
        all.add(new Bucket(step, deletes, Extra.NONE));
        placed = true;
      }
      if (!placed && step == bucket.step()) {
        long count = Math.min(MAX_COUNT, bucket.count() + deletes);
        all.add(new Bucket(step, count, bucket.extra()));
        placed = true;
      } else {
        all.add(bucket);
      }
    }
    if (!placed) {
      all.add(new Bucket(step, deletes, Extra.NONE));
    }
    return all;
  }

  private Bucket last() {
    return buckets.get(buckets.size() - 1);
  }

  private static Baseline advance(Baseline from, long toSecond) {
    long seconds = toSecond - from.time().getEpochSecond();
    if (seconds <= 0) {
      return from;
    }
    double memory = MEMORY.toSeconds();
    // StrictMath: a replay on another machine has to end in the same bits.
    double left = StrictMath.exp(-seconds / memory);
    return new Baseline(
        from.subject(),
        Instant.ofEpochSecond(toSecond),
        from.feature(),
        PRIOR_SHAPE + (from.shape() - PRIOR_SHAPE) * left,
        PRIOR_EXPOSURE + (from.exposure() - PRIOR_EXPOSURE) * left + memory * (1 - left),
        from.extra());
  }

  private static Baseline learn(Baseline from, long count) {
    double most = LEARNED_AT_LEAST + LEARNED_RATIO * from.expected(STEP);
    return new Baseline(
        from.subject(),
        from.time(),
        from.feature(),
        from.shape() + Math.min(count, most),
        from.exposure(),
        from.extra());
  }

  private static long step(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), STEP);
  }
}
