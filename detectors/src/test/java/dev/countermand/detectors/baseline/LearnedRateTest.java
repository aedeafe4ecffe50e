package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.model.Baseline;
import dev.countermand.model.Learned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LearnedRateTest {
  private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void aSteadyRateIsLearnedWithItsQuietTime() {
    LearnedRate rate = hourly(LearnedRate.startingAt(START), START, 28 * 24, 3);

    Baseline baseline = rate.baseline("agent:a", Feature.DELETES, "peers:hook");

    assertThat(baseline.expected(3_600)).isCloseTo(3, within(0.05));
    assertThat(baseline.key()).isEqualTo("agent:a|deletes");
    Learned learned = baseline.learned();
    assertThat(learned.windows()).isEqualTo(28 * 24);
    assertThat(List.of(learned.p50(), learned.p95(), learned.p99(), learned.max()))
        .containsOnly(3L);
    assertThat(learned.from()).isEqualTo(START);
    assertThat(baseline.time())
        .isEqualTo(START.plus(HOUR.multipliedBy(28 * 24 - 1)).plusSeconds(60));
  }

  @Test
  void whatIsForgottenFollowsTheFormula() {
    Instant later = START.plus(Duration.ofDays(3));

    LearnedRate rate = LearnedRate.startingAt(START).learn(START, 5).learn(later, 2);

    double memory = LearnedRate.MEMORY.toSeconds();
    assertThat(rate.events())
        .isCloseTo(5 * Math.exp(-Duration.ofDays(3).toSeconds() / memory) + 2, within(1e-9));
    double watched = Duration.ofDays(3).toSeconds() + 60;
    assertThat(rate.seconds()).isCloseTo(memory * (1 - Math.exp(-watched / memory)), within(1e-6));
  }

  @Test
  void theMemoryIsBoundedHoweverLongItWatches() {
    LearnedRate rate = hourly(LearnedRate.startingAt(START), START, 400 * 24, 1);

    assertThat(rate.seconds()).isLessThan(LearnedRate.MEMORY.toSeconds());
    assertThat(LearnedRate.CODEC.encode(rate)).hasSizeLessThan(700);
  }

  @Test
  void theLargestStateIsBounded() {
    LearnedRate rate = LearnedRate.startingAt(START);
    Random random = new Random(7);
    for (int i = 0; i < 30_000; i++) {
      rate =
          rate.learn(START.plusSeconds(60L * i), (long) Math.pow(10, 5 * random.nextDouble()) + 1);
    }

    assertThat(LearnedRate.CODEC.encode(rate)).hasSizeLessThan(8_000);
  }

  @Test
  void aWindowThatComesLateChangesNothing() {
    LearnedRate rate = LearnedRate.startingAt(START).learn(START.plusSeconds(60), 1);

    assertThat(rate.learn(START, 9)).isEqualTo(rate);
    assertThat(rate.withhold(START)).isEqualTo(rate);
    assertThat(rate.watched(START)).isZero();
  }

  @Test
  void aWithheldWindowTeachesNothingButTheQuietBeforeIt() {
    LearnedRate before = LearnedRate.startingAt(START).learn(START, 4);

    LearnedRate after = before.withhold(START.plus(HOUR));

    assertThat(after.windows()).isEqualTo(1);
    assertThat(after.withheld()).isEqualTo(1);
    assertThat(after.counts()).isEqualTo(before.counts());
    assertThat(after.events()).isLessThan(before.events());
    assertThat(after.seconds()).isCloseTo(3_600, within(15.0));
    assertThat(after.learn(START.plus(HOUR).plusSeconds(30), 50)).isEqualTo(after);
  }

  @Test
  void anAttackerWhoRaisesTheRateSlowlyMovesItATenthADay() {
    LearnedRate rate = hourly(LearnedRate.startingAt(START), START, 28 * 24, 6);
    Instant attack = START.plus(Duration.ofDays(28));
    double begin = perHour(rate);
    double fed = 6;

    for (int day = 0; day < 10; day++) {
      fed *= 1.5;
      double morning = perHour(rate);
      long peak = rate.max();
      rate = hourly(rate, attack.plus(Duration.ofDays(day)), 24, (long) fed);
      assertThat(perHour(rate)).isLessThanOrEqualTo(Math.max(morning * 1.1, morning + 1) + 1e-9);
      assertThat(rate.max()).isLessThanOrEqualTo(Math.max((long) (peak * 1.1), peak + 2));
    }

    assertThat(fed).isGreaterThan(300);
    assertThat(perHour(rate)).isLessThan(begin * Math.pow(1.1, 10) + 1e-6).isLessThan(18);
  }

  @Test
  void aFloodWithinADayMovesItNoMoreThanATrickleOfTheSameDay() {
    LearnedRate month = hourly(LearnedRate.startingAt(START), START, 28 * 24, 20);
    Instant day = START.plus(Duration.ofDays(28));
    LearnedRate flooded = month;

    for (int minute = 0; minute < 24 * 60; minute++) {
      flooded = flooded.learn(day.plusSeconds(60L * minute), 100_000);
    }

    assertThat(perHour(flooded)).isCloseTo(perHour(month) * 1.1, within(0.01));
    assertThat(flooded.baseline("agent:a", Feature.READS, null).learned().p99()).isEqualTo(22);
  }

  @Property(tries = 200)
  void mergingIsAssociativeAndCommutative(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int windows) {
    Random random = new Random(seed);
    LearnedRate a = some(random, windows);
    LearnedRate b = some(random, windows);
    LearnedRate c = some(random, windows);

    same(a.merge(b), b.merge(a));
    same(a.merge(b).merge(c), a.merge(b.merge(c)));
    assertThat(a.merge(b).windows()).isEqualTo(a.windows() + b.windows());
  }

  @Property(tries = 200)
  void itComesBackFromItsJson(@ForAll long seed) {
    LearnedRate rate = some(new Random(seed), 50);

    LearnedRate back = LearnedRate.CODEC.decode(LearnedRate.CODEC.encode(rate));

    assertThat(back).isEqualTo(rate);
  }

  @Test
  void aPeerGroupOfOneKnowsWhatItsMemberKnows() {
    LearnedRate member = LearnedRate.startingAt(START);
    LearnedRate group = LearnedRate.startingAt(START);
    Random random = new Random(3);
    Instant at = START;
    for (int i = 0; i < 500; i++) {
      long count = 1 + random.nextInt(9);
      group = group.learnAll(at, List.of(count), member.watched(at));
      member = member.learn(at, count);
      at = at.plusSeconds(60L * (1 + random.nextInt(60)));
    }

    assertThat(group).isEqualTo(member);
  }

  @Test
  void theRateOfAPeerGroupIsThatOfOneMember() {
    LearnedRate one = LearnedRate.startingAt(START);
    LearnedRate group = LearnedRate.startingAt(START);
    for (int hour = 0; hour < 24 * 28; hour++) {
      Instant at = START.plus(HOUR.multipliedBy(hour));
      group = group.learnAll(at, List.of(4L, 2L), 2 * one.watched(at));
      one = one.learn(at, 1);
    }

    assertThat(perHour(group)).isCloseTo(3, within(0.05));
  }

  @Test
  void aNewSubjectHasWhatItsPeersDoAndSaysSo() {
    Baseline peers =
        hourly(LearnedRate.startingAt(START), START, 28 * 24, 3)
            .baseline("peers:hook", Feature.DELETES, null);

    Baseline fresh = Explanation.withPeers("agent:new", Optional.empty(), peers);

    assertThat(fresh.expected(3_600)).isCloseTo(3, within(0.05));
    assertThat(Explanation.of(fresh))
        .isEqualTo(
            "deletes of agent:new: 3.01 an hour, as peers:hook; nothing of its own was seen yet.");
  }

  @Test
  void aSubjectThatIsKnownOutweighsItsPeers() {
    Baseline peers =
        hourly(LearnedRate.startingAt(START), START, 28 * 24, 3)
            .baseline("peers:hook", Feature.DELETES, null);
    Baseline own =
        hourly(LearnedRate.startingAt(START), START, 28 * 24, 40)
            .baseline("agent:a", Feature.DELETES, "peers:hook");

    Baseline both = Explanation.withPeers("agent:a", Optional.of(own), peers);

    assertThat(both.expected(3_600)).isCloseTo(40, within(0.5));
    assertThat(both.learned()).isEqualTo(own.learned());
  }

  @Test
  void aBaselineExplainsItself() {
    Baseline baseline =
        LearnedRate.startingAt(START)
            .learn(START, 2)
            .withhold(START.plusSeconds(60))
            .learn(START.plus(HOUR), 5)
            .baseline("agent:a", Feature.DELETES, null);

    assertThat(Explanation.of(baseline))
        .isEqualTo(
            "deletes of agent:a: 7.38 an hour; of 2 active windows of 60 s half had at most 2,"
                + " 95 of 100 at most 5, 99 of 100 at most 5, none more than 5. Learned from"
                + " 2026-11-02T00:00:00Z until 2026-11-02T01:01:00Z; 1 windows were withheld.");
  }

  private static LearnedRate hourly(LearnedRate from, Instant start, int hours, long count) {
    LearnedRate rate = from;
    for (int hour = 0; hour < hours; hour++) {
      rate = rate.learn(start.plus(HOUR.multipliedBy(hour)), count);
    }
    return rate;
  }

  private static double perHour(LearnedRate rate) {
    return rate.baseline("x", Feature.DELETES, null).expected(3_600);
  }

  private static LearnedRate some(Random random, int windows) {
    Instant at = START.plusSeconds(60L * random.nextInt(10_000));
    LearnedRate rate = LearnedRate.startingAt(at);
    for (int i = 0; i < windows; i++) {
      rate =
          random.nextInt(10) == 0
              ? rate.withhold(at)
              : rate.learn(at, 1 + random.nextInt(random.nextBoolean() ? 10 : 2_000));
      at = at.plusSeconds(60L * (1 + random.nextInt(300)));
    }
    return rate;
  }

  /** The same but for the last bits of the doubles. */
  private static void same(LearnedRate one, LearnedRate other) {
    assertThat(one)
        .usingRecursiveComparison()
        .withComparatorForType(
            (x, y) -> Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x)) ? 0 : 1, Double.class)
        .isEqualTo(other);
  }
}
