package dev.countermand.detectors;

/**
 * The predictive distribution of a count of Poisson events whose rate is Gamma distributed (Gelman
 * et al., Bayesian Data Analysis, 3rd ed., section 2.6, "The negative binomial distribution").
 */
final class NegativeBinomial {
  private static final double NEGLIGIBLE = 1e-12;

  private NegativeBinomial() {}

  /**
   * The probability of at least {@code count} events in a window.
   *
   * @param count at least 0
   * @param shape Gamma shape of the rate, positive
   * @param exposure Gamma rate of the rate, positive, in the unit of the window
   * @param window its length
   */
  static double atLeast(long count, double shape, double exposure, double window) {
    if (count <= 0) {
      return 1;
    }
    double odds = window / (exposure + window);
    double mean = shape * window / exposure;
    return count <= mean
        ? 1 - sumBelow(count, shape, odds)
        : Math.min(1, sumFrom(count, shape, odds));
  }

  private static double sumBelow(long count, double shape, double odds) {
    double sum = 0;
    double logTerm = shape * StrictMath.log1p(-odds);
    for (long k = 0; k < count; k++) {
      sum += StrictMath.exp(logTerm);
      logTerm += logRatio(k, shape, odds);
    }
    return Math.min(1, sum);
  }

  /** Terms above the mean fall, so the sum ends; summing them directly keeps tiny tails exact. */
  private static double sumFrom(long count, double shape, double odds) {
    double logTerm = shape * StrictMath.log1p(-odds);
    for (long k = 0; k < count; k++) {
      logTerm += logRatio(k, shape, odds);
    }
    double relative = 1;
    double sum = 0;
    for (long k = count; relative > NEGLIGIBLE * sum; k++) {
      sum += relative;
      relative *= (shape + k) / (k + 1) * odds;
    }
    return StrictMath.exp(logTerm) * sum;
  }

  private static double logRatio(long k, double shape, double odds) {
    return StrictMath.log((shape + k) / (k + 1) * odds);
  }
}
