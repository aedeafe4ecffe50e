package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countermand.model.Baseline;
import dev.countermand.model.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LearnedTraitsTest {
  private static final Instant START = Instant.parse("2026-09-01T08:00:00Z");

  @Test
  void whatWasSeenIsKnownAndNothingElse() {
    Seen seen = effects(learn(LearnedTraits.startingAt(START), START, "a", "b"));

    assertThat(seen.contains(Trait.digest(TraitKind.EFFECT, "a"))).isTrue();
    assertThat(seen.contains(Trait.digest(TraitKind.EFFECT, "b"))).isTrue();
    assertThat(seen.contains(Trait.digest(TraitKind.EFFECT, "c"))).isFalse();
    assertThat(seen.contains(Trait.digest(TraitKind.HOST, "a"))).isFalse();
    assertThat(seen.contains("")).isFalse();
    assertThat(seen.size()).isEqualTo(2);
    assertThat(seen.from()).isEqualTo(START);
  }

  @Test
  void whatCameBackOnAnotherDayIsNotSeenOnOneDayOnly() {
    LearnedTraits known = learn(LearnedTraits.startingAt(START), START, "a", "b");
    known = learn(known, START.plus(Duration.ofHours(2)), "a", "b");
    assertThat(effects(known).once()).isEqualTo(2);

    known = learn(known, START.plus(Duration.ofDays(1)), "a");

    assertThat(effects(known).once()).isEqualTo(1);
    assertThat(effects(known).times()).isCloseTo(5, within(0.5));
  }

  @Test
  void whatNobodySawForSixtyDaysIsForgottenAndTheRestIsNot() {
    LearnedTraits known = learn(LearnedTraits.startingAt(START), START, "a", "b");
    known = learn(known, START.plus(Duration.ofDays(60)), "b");
    assertThat(effects(known).contains(Trait.digest(TraitKind.EFFECT, "a"))).isTrue();

    known = learn(known, START.plus(Duration.ofDays(61)), "b");

    assertThat(effects(known).contains(Trait.digest(TraitKind.EFFECT, "a"))).isFalse();
    assertThat(effects(known).contains(Trait.digest(TraitKind.EFFECT, "b"))).isTrue();
  }

  @Test
  void whoDoesThousandsOfThingsIsRememberedWithinBoundsAndWithWhatCameFirst() {
    LearnedTraits known = learn(LearnedTraits.startingAt(START), START, "first");
    Instant time = START;
    for (int minute = 1; minute < 200; minute++) {
      time = START.plus(Duration.ofMinutes(minute));
      List<String> tagged = new ArrayList<>();
      for (TraitKind kind : TraitKind.values()) {
        for (int i = 0; i < 20; i++) {
          tagged.add(kind.wireName() + ":" + Trait.digest(kind, minute + "-" + i));
        }
      }
      known = known.learn(time, tagged);
    }

    assertThat(LearnedTraits.CODEC.encode(known).length).isLessThan(13 * 1_024);
    assertThat(Baseline.CODEC.encode(known.baseline("agent:a")).length).isLessThan(9 * 1_024);
    assertThat(effects(known).full()).isTrue();
    assertThat(effects(known).size()).isEqualTo(TraitKind.EFFECT.kept());
    assertThat(effects(known).contains(Trait.digest(TraitKind.EFFECT, "first"))).isTrue();

    LearnedTraits later = learn(known, time.plus(Duration.ofDays(62)), "after");
    assertThat(effects(later).full()).isFalse();
    assertThat(effects(later).size()).isEqualTo(1);
  }

  @Test
  void theOrderWithinAWindowChangesNothingAndAWindowOfThePastNeither() {
    List<String> tagged =
        new ArrayList<>(
            IntStream.range(0, 400)
                .mapToObj(i -> "effect:" + Trait.digest(TraitKind.EFFECT, "e" + i))
                .toList());
    LearnedTraits one = LearnedTraits.startingAt(START).learn(START, tagged);
    Collections.shuffle(tagged, new Random(4));
    LearnedTraits other = LearnedTraits.startingAt(START).learn(START, tagged);

    assertThat(other).isEqualTo(one);
    assertThat(learn(one, START, "late")).isSameAs(one);
  }

  @Test
  void itsJsonIsReadAsItWasWritten() {
    LearnedTraits known = learn(LearnedTraits.startingAt(START), START, "a", "b");

    assertThat(LearnedTraits.CODEC.decode(LearnedTraits.CODEC.encode(known))).isEqualTo(known);
    Baseline baseline = known.baseline("agent:a");
    assertThat(Baseline.CODEC.decode(Baseline.CODEC.encode(baseline))).isEqualTo(baseline);
    assertThat(baseline.key()).isEqualTo("agent:a|seen");
  }

  private static LearnedTraits learn(LearnedTraits known, Instant time, String... effects) {
    return known.learn(
        time,
        List.of(effects).stream()
            .map(effect -> "effect:" + Trait.digest(TraitKind.EFFECT, effect))
            .toList());
  }

  private static Seen effects(LearnedTraits known) {
    return known.baseline("agent:a").seen().stream()
        .filter(seen -> seen.kind().equals("effect"))
        .findFirst()
        .orElseThrow();
  }
}
