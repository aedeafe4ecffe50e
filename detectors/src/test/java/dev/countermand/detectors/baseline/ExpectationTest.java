package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.detectors.Known;
import dev.countermand.detectors.baseline.Expectation.Source;
import dev.countermand.model.Baseline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ExpectationTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final String PEERS = "peers:hook";

  private final Map<String, Baseline> learned = new HashMap<>();
  private final Known known =
      new Known(fingerprint -> Optional.empty(), key -> Optional.ofNullable(learned.get(key)));

  @Test
  void anAgentNobodyKnowsHasWhatIsBuiltInAndSaysSo() {
    Expectation expectation = of(Feature.DESTROYS);

    assertThat(expectation.source()).isEqualTo(Source.BUILT_IN);
    assertThat(expectation.because()).contains("nothing was learned");
    // Geometric with mean 1, given that there is one: P(N >= n) = 2^-(n-1), the variance aside.
    assertThat(expectation.probability(Window.MINUTE, 11))
        .isCloseTo(Math.pow(2, -10), within(1e-4));
  }

  @Test
  void aNewAgentHasItsPeersBaselineAndSaysSo() {
    learn(PEERS, 5, 500);

    Expectation expectation = of(Feature.DELETES);
    assertThat(expectation.source()).isEqualTo(Source.PEERS);
    assertThat(expectation.because()).contains(PEERS, "nothing of the kind was learned");
    assertThat(expectation.mean()).isBetween(4.0, 7.0);
  }

  @Test
  void peersExcuseAnAgentThatKnowsLittleAndNeverMakeItSuspicious() {
    learn("agent:a", 5, 10);
    double alone = of(Feature.DELETES).probability(Window.MINUTE, 20);
    learn(PEERS, 1, 2_000);
    double quieter = of(Feature.DELETES).probability(Window.MINUTE, 20);
    learn(PEERS, 30, 2_000);
    double busier = of(Feature.DELETES).probability(Window.MINUTE, 20);

    assertThat(quieter).isCloseTo(alone, within(1e-12));
    assertThat(busier).isGreaterThan(alone * 10);
    learn("agent:a", 5, 1_000);
    assertThat(of(Feature.DELETES).probability(Window.MINUTE, 20)).isLessThan(quieter);
  }

  @Property(tries = 40)
  void ofMinutesAsTheyWereLearnedHardlyAnyIsImprobable(
      @ForAll @IntRange(max = 1_000_000) int seed, @ForAll @IntRange(min = 1, max = 40) int mean) {
    learn("agent:a", mean, 500);
    Expectation expectation = of(Feature.DELETES);
    Random random = new Random(seed);
    int improbable = 0;
    for (int i = 0; i < 2_000; i++) {
      improbable += expectation.probability(Window.MINUTE, poisson(random, mean)) < 1e-4 ? 1 : 0;
    }

    assertThat(improbable).isLessThanOrEqualTo(2);
    assertThat(expectation.probability(Window.MINUTE, mean + 10L * (mean + 10))).isLessThan(1e-7);
  }

  @Property(tries = 100)
  void moreIsNeverMoreProbableAndWhatWasLearnedIsNeverImpossible(
      @ForAll @IntRange(min = 1, max = 60) int mean,
      @ForAll @IntRange(min = 1, max = 400) int windows) {
    learn("agent:a", mean, windows);
    Expectation expectation = of(Feature.DELETES);
    for (Window window : Window.values()) {
      double before = 1;
      for (long seen = 1; seen < 400; seen += 3) {
        double probability = expectation.probability(window, seen);
        assertThat(probability).isBetween(0.0, before + 1e-9);
        before = probability;
      }
      assertThat(expectation.expected(window)).isPositive().isFinite();
    }
    assertThat(expectation.probability(Window.MINUTE, expectation.busiest()))
        .isGreaterThanOrEqualTo(1.0 / (windows + 1));
  }

  private Expectation of(Feature feature) {
    return Expectation.of(known, "a", PEERS, feature);
  }

  /** Learns so many active minutes of a Poisson number of deletes each. */
  private void learn(String subject, int mean, int windows) {
    Random random = new Random(7);
    LearnedRate rate = LearnedRate.startingAt(START);
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      counts.add(Math.max(1, poisson(random, mean)));
      rate = rate.learn(START.plusSeconds(120L * i), counts.get(i));
    }
    Baseline baseline = rate.baseline(subject, Feature.DELETES, null);
    learned.put(baseline.key(), baseline);
  }

  private static long poisson(Random random, double mean) {
    long count = -1;
    for (double left = mean; left > 0; left += Math.log(1 - random.nextDouble())) {
      count++;
    }
    return count;
  }
}
