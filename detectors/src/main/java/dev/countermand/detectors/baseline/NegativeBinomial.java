package dev.countermand.detectors.baseline;

/**
 * The predictive distribution of a count of Poisson events whose rate is Gamma distributed (Gelman
 * et al., Bayesian Data Analysis, 3rd ed., section 2.6, "The negative binomial distribution"). The
 * time of a call does not grow with the count.
 */
public final class NegativeBinomial {
  private static final double NEGLIGIBLE = 1e-12;
  private static final int MAX_TERMS = 2_000;
  private static final double STIRLING_FROM = 16;
  private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * StrictMath.PI);

  private NegativeBinomial() {}

  /**
   * The probability of at least {@code count} events in a window; of counts above the mean never
   * less than it is but for the last digits.
   *
   * @param count at least 0
   * @param shape Gamma shape of the rate, positive
   * @param exposure Gamma rate of the rate, positive, in the unit of the window
   * @param window its length
   */
  public static double atLeast(long count, double shape, double exposure, double window) {
    if (count <= 0) {
      return 1;
    }
    double odds = window / (exposure + window);
    double mean = shape * window / exposure;
    return count <= mean
        ? Math.max(0, 1 - sumBelow(count, shape, odds))
        : Math.min(1, sumFrom(count, shape, odds));
  }

  /** Terms fall on the way down from the mean. */
  private static double sumBelow(long count, double shape, double odds) {
    double relative = 1;
    double sum = 0;
    long k = count - 1;
    for (int terms = 0; k >= 0 && relative > NEGLIGIBLE * sum && terms < MAX_TERMS; terms++) {
      sum += relative;
      relative *= k / ((shape + k - 1) * odds);
      k--;
    }
    return Math.min(1, StrictMath.exp(logTerm(count - 1, shape, odds)) * sum);
  }

  /** Terms above the mean fall; of those that are left out a geometric series is the bound. */
  private static double sumFrom(long count, double shape, double odds) {
    double relative = 1;
    double sum = 0;
    double ratio = 0;
    long k = count;
    for (int terms = 0; relative > NEGLIGIBLE * sum && terms < MAX_TERMS; terms++) {
      sum += relative;
      ratio = (shape + k) / (k + 1) * odds;
      relative *= ratio;
      k++;
    }
    double rest = relative / (1 - Math.max(ratio, odds));
    return StrictMath.exp(logTerm(count, shape, odds)) * (sum + rest);
  }

  /** The logarithm of the probability of exactly {@code k}. */
  private static double logTerm(long k, double shape, double odds) {
    return logGamma(shape + k)
        - logGamma(shape)
        - logGamma(k + 1.0)
        + shape * StrictMath.log1p(-odds)
        + k * StrictMath.log(odds);
  }

  /** Stirling's series (Abramowitz and Stegun, 6.1.41), after the recurrence 6.1.15. */
  private static double logGamma(double x) {
    double shift = 1;
    double z = x;
    while (z < STIRLING_FROM) {
      shift *= z;
      z += 1;
    }
    double inverse = 1 / z;
    double square = inverse * inverse;
    double series =
        inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1_260 - square / 1_680)));
    return (z - 0.5) * StrictMath.log(z) - z + HALF_LOG_TWO_PI + series - StrictMath.log(shift);
  }
}
