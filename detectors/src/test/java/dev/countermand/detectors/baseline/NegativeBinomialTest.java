package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class NegativeBinomialTest {

  @Test
  void withShapeOneItIsTheGeometricDistribution() {
    // P(N >= k) = (w / (b + w))^k
    assertThat(NegativeBinomial.atLeast(3, 1, 60, 60)).isCloseTo(0.125, within(1e-12));
    assertThat(NegativeBinomial.atLeast(20, 1, 60, 60))
        .isCloseTo(9.5367431640625e-7, within(1e-16));
  }

  @Test
  void withMuchExposureItIsThePoissonDistribution() {
    // Poisson of mean 2: P(N >= 9) = 1 - e^-2 * sum_{k<9} 2^k / k! = 2.3745e-4
    assertThat(NegativeBinomial.atLeast(9, 2e8, 6e9, 60)).isCloseTo(2.3744732826e-4, within(1e-9));
  }

  @Test
  void noEventsOrMoreAreCertain() {
    assertThat(NegativeBinomial.atLeast(0, 0.5, 30, 60)).isEqualTo(1);
  }

  @Test
  void aTailFarBelowThePrecisionOfOneIsStillANumber() {
    assertThat(NegativeBinomial.atLeast(40, 1, 5_940, 60)).isCloseTo(1e-80, within(1e-90));
  }

  @Property
  void itFallsWithTheCountAndStaysAProbability(
      @ForAll @IntRange(max = 3_000) int count,
      @ForAll @DoubleRange(min = 0.5, max = 5_000) double shape,
      @ForAll @DoubleRange(min = 30, max = 22_000) double exposure) {
    double here = NegativeBinomial.atLeast(count, shape, exposure, 60);
    double next = NegativeBinomial.atLeast(count + 1, shape, exposure, 60);

    assertThat(here).isBetween(0.0, 1.0);
    assertThat(next).isLessThanOrEqualTo(here + 1e-9);
  }

  @Property
  void moreOfEverythingExpectedMakesACountLessSurprising(
      @ForAll @IntRange(min = 1, max = 500) int count,
      @ForAll @DoubleRange(min = 0.5, max = 500) double shape,
      @ForAll @DoubleRange(min = 30, max = 22_000) double exposure) {
    double here = NegativeBinomial.atLeast(count, shape, exposure, 60);

    assertThat(NegativeBinomial.atLeast(count, shape * 1.5, exposure, 60))
        .isGreaterThanOrEqualTo(here - 1e-9);
    assertThat(NegativeBinomial.atLeast(count, shape, exposure * 1.5, 60))
        .isLessThanOrEqualTo(here + 1e-9);
  }
}
