package dev.countermand.detectors;

import static dev.countermand.detectors.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.model.Action;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.testkit.ActionSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class DeleteRateTest {
  private static final Effect DELETE = Samples.effect("delete table:t in staging");
  private static final Effect READ = Samples.effect("read table:t in staging");

  @Test
  void aNewAgentIsExpectedToDeleteOnceAMinute() {
    DeleteRate rate = DeleteRate.startingAt("agent", NOON);

    assertThat(rate.expected()).isEqualTo(1);
    assertThat(rate.seen()).isZero();
  }

  @Test
  void aQuietHourLowersTheExpectationAndASteadyOneLearnsTheRate() {
    DeleteRate quiet = DeleteRate.startingAt("agent", NOON).plus(NOON.plus(Duration.ofHours(1)), 1);
    assertThat(quiet.expected()).isLessThan(0.02);

    DeleteRate steady = DeleteRate.startingAt("agent", NOON);
    for (int i = 0; i < 2 * 60 * 48; i++) {
      steady = steady.plus(NOON.plusSeconds(30L * i), 1);
    }
    assertThat(steady.expected()).isCloseTo(2, within(0.05));
  }

  @Property(tries = 10)
  void aSteadyCleanUpWorkerNeverFiresOverDays(@ForAll @IntRange(max = 1_000_000) int seed) {
    Random random = new Random(seed);
    Agent agent = new Agent();
    for (int i = 0; i < 2 * 60 * 24 * 3; i++) {
      Instant time = NOON.plusMillis(30_000L * i + random.nextInt(20_000));
      assertThat(agent.act(time, DELETE)).as("after %s", time).isEmpty();
    }
  }

  @Property(tries = 20)
  void thirtyDeletesInTenSecondsAfterQuietFireHoweverLongTheQuietWas(
      @ForAll @IntRange(min = 30, max = 20_000) int minutes) {
    Agent agent = new Agent();
    agent.act(NOON, READ);
    Instant start = NOON.plusSeconds(60L * minutes);
    List<Finding> last = List.of();
    for (int i = 0; i < 30; i++) {
      last = agent.act(start.plusMillis(333L * i), DELETE);
    }

    assertThat(last)
        .singleElement()
        .satisfies(finding -> assertThat(finding.ruleId()).isEqualTo("sudden-deletes"));
  }

  @Property(tries = 5)
  void burstsOfReadsChangeNothing(@ForAll @IntRange(max = 1_000_000) int seed) {
    Random random = new Random(seed);
    Agent with = new Agent();
    Agent without = new Agent();
    with.act(NOON, READ);
    without.act(NOON, READ);
    for (int burst = 0; burst < 4; burst++) {
      Instant start = NOON.plusSeconds(1_800L * burst + random.nextInt(600));
      for (int i = 0; i < 10_000; i++) {
        with.act(start.plusMillis(i), READ);
      }
      for (int i = 0; i <= 6 * burst; i++) {
        Instant time = start.plusSeconds(12 + i);
        assertThat(because(with.act(time, DELETE))).isEqualTo(because(without.act(time, DELETE)));
      }
    }
    assertThat(with.state.deletes()).isEqualTo(without.state.deletes());
  }

  @Property(tries = 100)
  void theOrderWithinAMinuteDoesNotMatter(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 54) Integer> seconds,
      @ForAll @IntRange(max = 1_000_000) int seed) {
    List<Integer> shuffled = new ArrayList<>(seconds);
    Collections.shuffle(shuffled, new Random(seed));
    List<Integer> sorted = seconds.stream().sorted().toList();

    assertThat(after(shuffled)).isEqualTo(after(sorted));
  }

  @Property(tries = 200)
  void whateverComesTheStateIsBoundedAndTheNumbersAreNumbers(
      @ForAll @Size(max = 200) List<@IntRange(min = -200_000, max = 200_000) Integer> seconds,
      @ForAll @IntRange(min = 1, max = 5_000) int deletes) {
    DeleteRate rate = DeleteRate.startingAt("agent", NOON);
    for (int second : seconds) {
      rate = rate.plus(NOON.plusSeconds(second), deletes);
      assertThat(rate.buckets()).hasSizeLessThanOrEqualTo(13);
      assertThat(rate.probability()).isBetween(0.0, 1.0);
      assertThat(rate.expected()).isPositive().isFinite();
    }
    assertThat(DeleteRate.CODEC.decode(DeleteRate.CODEC.encode(rate))).isEqualTo(rate);
  }

  @Test
  void aBurstDoesNotMakeTheNextBurstLookNormal() {
    Agent agent = new Agent();
    agent.act(NOON, READ);
    Instant first = NOON.plusSeconds(3_600);
    Instant second = first.plusSeconds(300);
    List<Finding> last = List.of();
    for (int i = 0; i < 2_000; i++) {
      agent.act(first.plusMillis(5L * i), DELETE);
    }
    for (int i = 0; i < 40; i++) {
      last = agent.act(second.plusMillis(200L * i), DELETE);
    }

    assertThat(last).isNotEmpty();
  }

  @Test
  void anEventFromTheFutureIsCountedWhenItWasReceived() {
    Action action =
        ActionSample.of("a", NOON.plus(Duration.ofDays(400)))
            .received(NOON)
            .effects(List.of(DELETE))
            .build();

    AgentState state =
        AgentState.EMPTY.plus(action, action.effects(), Samples.scope(action, null), Samples.KNOWN);

    assertThat(state.deletes()).isEqualTo(DeleteRate.startingAt("agent", NOON).plus(NOON, 1));
  }

  private static DeleteRate after(List<Integer> seconds) {
    DeleteRate rate = DeleteRate.startingAt("agent", NOON);
    for (int second : seconds) {
      rate = rate.plus(NOON.plusSeconds(second), 1);
    }
    return rate;
  }

  private static List<List<String>> because(List<Finding> findings) {
    return findings.stream().map(Finding::because).toList();
  }

  /** An agent that acts; only the findings of sudden deletes are told. */
  private static final class Agent {
    private static final Scoring SCORING = Samples.scoring();
    private AgentState state = AgentState.EMPTY;
    private int actions;

    List<Finding> act(Instant time, Effect effect) {
      Action action = Samples.attempt("a-" + actions++, time, effect);
      Scored scored = SCORING.score(action, null, Samples.KNOWN, state);
      state = scored.state();
      return scored.findings().stream()
          .filter(finding -> finding.ruleId().equals("sudden-deletes"))
          .toList();
    }
  }
}
