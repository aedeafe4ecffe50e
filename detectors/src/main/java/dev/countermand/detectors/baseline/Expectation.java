package dev.countermand.detectors.baseline;

import dev.countermand.detectors.Known;
import dev.countermand.model.Baseline;
import dev.countermand.model.Learned;
import java.util.Locale;
import java.util.Optional;

/**
 * How often an agent is expected to do one thing while it is at it.
 *
 * <p>Agents work in bursts, and most of their days are quiet: of a rate over all time every busy
 * minute would be improbable. So the measure is the active window. Its count is Poisson with a
 * Gamma distributed rate, which makes it negative binomial ({@link NegativeBinomial}), given that
 * it is not zero. The counts are fitted so that they reach the median and each of the learned
 * quantiles p95, p99 and max, by the approximation of Wilson and Hilferty to the Gamma distribution
 * (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, vol. 1, section 17.5): with
 * <i>c² = v/9</i>, <i>v</i> the variance divided by the squared mean, the quantile of the normal
 * deviate <i>z</i> is <i>mean·(1 − c² + zc)³</i>. The largest of <i>w</i> windows stands for the
 * quantile 1 − 1/(w+1). Of <i>v</i> the part <i>1/mean</i> is the Poisson distribution's own, the
 * rest is how much the rate varies.
 *
 * <p>Today's rate may be another than that of the weeks that were learned, by a seventh: that adds
 * 0.02 to the spread. Ten seconds are a sixth of a minute, and in the worst case all of it lies in
 * one of the six: that adds 5 to the spread. Of an hour all sixty minutes may be active, at the
 * same rate: no hour that rests in between is expected to have more.
 *
 * @param source whose baseline it is
 * @param subject the subject of that baseline; empty for what is built in
 * @param mean events in a minute in which it is at it
 * @param spread how much the rate varies: the variance divided by the squared mean
 * @param windows the active minutes it was learned from
 * @param busiest the most events of one of these
 * @param because where it comes from, for people
 */
public record Expectation(
    Source source,
    String subject,
    double mean,
    double spread,
    long windows,
    long busiest,
    String because) {

  /** Whose baseline an expectation rests on, the best first. */
  public enum Source {
    /** The agent's. */
    OWN,
    /** That of the agents of its peer group. */
    PEERS,
    /** That of the credential or the resource it works with, whoever does. */
    SUBJECT,
    /** Nobody's: nothing was learned. */
    BUILT_IN
  }

  /** Active minutes after which what was learned outweighs what is supposed. */
  static final double SUPPOSED = 20;

  private static final double SUPPOSED_SPREAD = 1;
  private static final double CLUMPED = 5;
  private static final double CHANGING = 0.02;
  private static final double ENOUGH = 10 * SUPPOSED;
  private static final double P95 = 1.645;
  private static final double P99 = 2.326;

  /** What a learned baseline says of active minutes. */
  private record Fit(double mean, double spread) {
    static Fit of(Learned learned) {
      double median = Math.max(1, learned.p50());
      double wide =
          Math.max(
              Math.max(reach(learned.p95() / median, P95), reach(learned.p99() / median, P99)),
              reach(learned.max() / median, deviate(1.0 / (learned.windows() + 1))));
      double square = wide * wide;
      double root = 1 - square;
      double mean = median / (root * root * root);
      return new Fit(mean, Math.max(0, 9 * square - 1 / mean));
    }

    /** The c of the class comment, for which the quantile is so many times the median. */
    private static double reach(double ratio, double z) {
      double more = StrictMath.cbrt(ratio) - 1;
      return more <= 0 ? 0 : (StrictMath.sqrt(z * z + 4 * more * more) - z) / (2 * more);
    }

    /** The normal deviate that is exceeded so often (Abramowitz and Stegun, 26.2.23). */
    private static double deviate(double upper) {
      double t = StrictMath.sqrt(-2 * StrictMath.log(Math.min(0.5, upper)));
      return Math.max(
          0,
          t
              - (2.515517 + t * (0.802853 + t * 0.010328))
                  / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    }
  }

  /**
   * What is expected of an agent: by its own baseline; where that knows little, not less than its
   * peers do; without one as its peers; without these as is built in.
   *
   * @param agentId the agent
   * @param peers the subject of its peer group
   */
  public static Expectation of(Known known, String agentId, String peers, Feature feature) {
    String agent = Features.agent(agentId);
    Optional<Baseline> own = known.baseline(agent, feature).filter(Expectation::isLearned);
    if (own.isPresent() && windows(own.get()) >= ENOUGH) {
      return learned(Source.OWN, own.get(), Optional.empty());
    }
    Optional<Baseline> group = known.baseline(peers, feature).filter(Expectation::isLearned);
    if (own.isPresent()) {
      return learned(Source.OWN, own.get(), group);
    }
    return group
        .map(baseline -> learned(Source.PEERS, baseline, Optional.empty()))
        .orElseGet(() -> builtIn(feature, peers));
  }

  /** The agent's own baseline alone, if it has one. */
  public static Optional<Expectation> own(Known known, String agentId, Feature feature) {
    return known
        .baseline(Features.agent(agentId), feature)
        .filter(Expectation::isLearned)
        .map(baseline -> learned(Source.OWN, baseline, Optional.empty()));
  }

  /**
   * What is expected of all agents together with a credential or a kind of resource; empty where
   * less than {@value #SUPPOSED} active minutes were learned.
   */
  public static Optional<Expectation> ofSubject(Known known, String subject, Feature feature) {
    return known
        .baseline(subject, feature)
        .filter(baseline -> windows(baseline) >= SUPPOSED)
        .map(baseline -> learned(Source.SUBJECT, baseline, Optional.empty()));
  }

  private static boolean isLearned(Baseline baseline) {
    return windows(baseline) > 0;
  }

  private static long windows(Baseline baseline) {
    Learned learned = baseline.learned();
    return learned == null ? 0 : learned.windows();
  }

  private static Expectation learned(Source source, Baseline from, Optional<Baseline> group) {
    Learned learned = from.learned();
    if (learned == null) {
      throw new IllegalArgumentException("a baseline of a rate alone: " + from.key());
    }
    Fit fit = Fit.of(learned);
    double weight = source == Source.PEERS ? 0 : learned.windows();
    Fit other =
        group.map(Baseline::learned).map(Fit::of).orElse(new Fit(fit.mean(), SUPPOSED_SPREAD));
    // What peers do excuses; that they do less makes nobody suspicious.
    double mean =
        Math.max(fit.mean(), (weight * fit.mean() + SUPPOSED * other.mean()) / (weight + SUPPOSED));
    double wider =
        Math.max(SUPPOSED_SPREAD, Math.max(other.spread(), weight > 0 ? 0 : fit.spread()));
    double spread = (weight * fit.spread() + SUPPOSED * wider) / (weight + SUPPOSED);
    return new Expectation(
        source,
        from.subject(),
        mean,
        spread,
        learned.windows(),
        learned.max(),
        because(source, from, learned, group));
  }

  private static String because(
      Source source, Baseline from, Learned learned, Optional<Baseline> group) {
    String whose =
        switch (source) {
          case OWN -> "the baseline is this agent's own";
          case SUBJECT -> "the baseline is that of " + from.subject() + ", of all agents together";
          case PEERS, BUILT_IN ->
              "nothing of the kind was learned of this agent yet: the baseline is that of its"
                  + " peers, "
                  + from.subject();
        };
    return String.format(
            Locale.ROOT,
            "%s, of %d active minutes until %s: half had at most %d, 95 of 100 at most %d,"
                + " 99 of 100 at most %d, none more than %d",
            whose,
            learned.windows(),
            from.time(),
            learned.p50(),
            learned.p95(),
            learned.p99(),
            learned.max())
        + group
            .map(peers -> "; it knows little, so not less than " + peers.subject() + " is expected")
            .orElse("");
  }

  private static Expectation builtIn(Feature feature, String peers) {
    double mean =
        switch (feature) {
          case READS -> 20;
          case WRITES -> 10;
          case DELETES, SENDS, FAILURES -> 5;
          case SECRET_READS, DENIALS -> 2;
          case DESTROYS, GRANTS -> 1;
          case KIB_READ -> 1_000;
          case KIB_SENT -> 100;
        };
    return new Expectation(
        Source.BUILT_IN,
        "",
        mean,
        SUPPOSED_SPREAD,
        0,
        0,
        "nothing was learned of this agent or of its peers, "
            + peers
            + ": the built-in expectation");
  }

  /**
   * Events expected in a busy window: in 10 s or a minute in which there is at least one, in an
   * hour in which every minute is active.
   */
  public double expected(Window window) {
    double average = average(window);
    return average / atLeast(1, average, variation(window));
  }

  /**
   * The probability of so many events or more in a window in which there is at least one. What was
   * learned as normal in one of <i>w</i> minutes never has less than 1/(w+1).
   */
  public double probability(Window window, long seen) {
    double average = average(window);
    if (seen <= Math.max(1, average)) {
      return 1;
    }
    double variation = variation(window);
    double probability =
        Math.min(1, atLeast(seen, average, variation) / atLeast(1, average, variation));
    return seen <= busiest ? Math.max(probability, 1.0 / (windows + 1)) : probability;
  }

  private static double atLeast(long seen, double average, double variation) {
    return NegativeBinomial.atLeast(seen, 1 / variation, 1 / variation, average);
  }

  private double average(Window window) {
    return mean * window.seconds() / Window.MINUTE.seconds();
  }

  private double variation(Window window) {
    return spread + CHANGING + (window == Window.TEN_SECONDS ? CLUMPED : 0);
  }
}
