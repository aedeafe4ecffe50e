package dev.countermand.detectors.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ActivityTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Feature[] FEATURES = Feature.values();

  private record Event(long second, Feature feature, long count) {}

  @Property
  void theWindowsHoldWhatASlowCountOfTheSameStepsHolds(
      @ForAll @Size(max = 120) List<@IntRange(max = 5_000) Integer> seconds,
      @ForAll @IntRange(max = 1_000) int seed) {
    List<Event> events = events(seconds, seed);
    Activity activity = fold(events);

    long newest = events.stream().mapToLong(e -> step(e, 5)).max().orElse(0);
    long newestLong = events.stream().mapToLong(e -> step(e, 300)).max().orElse(0);
    for (Feature feature : FEATURES) {
      assertThat(activity.seen(feature, Window.TEN_SECONDS))
          .isEqualTo(sum(events, feature, 5, newest - 1));
      assertThat(activity.seen(feature, Window.MINUTE))
          .isEqualTo(sum(events, feature, 5, newest - 11));
      assertThat(activity.seen(feature, Window.HOUR))
          .isEqualTo(sum(events, feature, 300, newestLong - 11));
    }
  }

  @Property
  void theOrderInWhichCountsComeChangesNothing(
      @ForAll @Size(max = 120) List<@IntRange(max = 5_000) Integer> seconds,
      @ForAll @IntRange(max = 1_000) int seed) {
    List<Event> events = events(seconds, seed);
    List<Event> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(fold(shuffled)).isEqualTo(fold(events));
  }

  @Property
  void itsTextComesBackTheSameAndStaysSmall(
      @ForAll @Size(max = 200) List<@IntRange(max = 4_000) Integer> seconds,
      @ForAll @IntRange(max = 1_000) int seed,
      @ForAll @IntRange(max = 3) int level) {
    Activity activity = fold(events(seconds, seed)).judged(Feature.WRITES, level);

    Activity again = Activity.decode(activity.encode());
    assertThat(again).isEqualTo(activity);
    assertThat(again.level(Feature.WRITES)).isEqualTo(level);
    for (Feature feature : FEATURES) {
      for (Window window : Window.values()) {
        assertThat(again.seen(feature, window)).isEqualTo(activity.seen(feature, window));
      }
    }
    assertThat(activity.encode().length()).isLessThan(1_500);
  }

  @Test
  void theBusiestAgentHasTheLargestText() {
    Activity activity = Activity.NONE;
    for (int second = 0; second < 7_200; second++) {
      for (Feature feature : FEATURES) {
        activity = activity.plus(NOON.plusSeconds(second), Map.of(feature, 1_000_000L));
      }
    }

    assertThat(activity.seen(Feature.READS, Window.MINUTE)).isEqualTo(12L * Activity.MAX_COUNT);
    assertThat(activity.encode().length()).isLessThan(1_500);
    assertThat(Activity.decode(activity.encode())).isEqualTo(activity);
  }

  @Property
  void aTextThatNobodyWroteIsNoActivityOrOneThatCanGoOn(
      @ForAll @Size(max = 60) List<@IntRange(max = 255) Integer> bytes) {
    byte[] raw = new byte[bytes.size()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = bytes.get(i).byteValue();
    }
    Activity activity = Activity.decode(Base64.getEncoder().encodeToString(raw));

    assertThat(activity.plus(NOON, Map.of(Feature.READS, 1L)).encode()).isNotEmpty();
    assertThat(Activity.decode("no base64!")).isEqualTo(Activity.NONE);
  }

  @Test
  void aBurstIsToldOfOnceAndAgainWhenItIsGraverOrAnHourOldOrBeginsAnew() {
    Activity quiet = at(Activity.NONE, 0);
    Activity told = quiet.judged(Feature.DELETES, 1);
    assertThat(told.tells(Feature.DELETES, quiet)).isTrue();

    Activity goesOn = at(told, 300).judged(Feature.DELETES, 1);
    assertThat(goesOn.tells(Feature.DELETES, told)).isFalse();
    Activity graver = at(goesOn, 310).judged(Feature.DELETES, 3);
    assertThat(graver.tells(Feature.DELETES, goesOn)).isTrue();
    Activity less = at(graver, 320).judged(Feature.DELETES, 2);
    assertThat(less.tells(Feature.DELETES, graver)).isFalse();

    Activity later = less;
    for (int second = 600; second < 3_900; second += 300) {
      later = at(later, second).judged(Feature.DELETES, 3);
    }
    assertThat(later.tells(Feature.DELETES, less)).isFalse();
    Activity hourOld = at(later, 3_920).judged(Feature.DELETES, 3);
    assertThat(hourOld.tells(Feature.DELETES, later)).isTrue();

    Activity over = at(hourOld, 3_920 + Activity.QUIET_SECONDS + 5);
    assertThat(over.level(Feature.DELETES)).isZero();
    assertThat(over.judged(Feature.DELETES, 1).tells(Feature.DELETES, over)).isTrue();
  }

  @Test
  void timeGoesOnWhileNothingIsCounted() {
    Activity before = at(Activity.NONE, 0);
    Activity after = before.plus(NOON.plusSeconds(65), Map.of());

    assertThat(after.seen(Feature.DELETES, Window.MINUTE)).isZero();
    assertThat(after.seen(Feature.DELETES, Window.HOUR)).isEqualTo(1);
    assertThat(before.plus(NOON.minusSeconds(65), Map.of())).isEqualTo(before);
    assertThat(Activity.NONE.plus(NOON, Map.of())).isEqualTo(Activity.NONE);
  }

  private static Activity at(Activity activity, int second) {
    return activity.plus(NOON.plusSeconds(second), Map.of(Feature.DELETES, 1L));
  }

  private static List<Event> events(List<Integer> seconds, int seed) {
    Random random = new Random(seed);
    return seconds.stream()
        .map(
            second ->
                new Event(
                    second, FEATURES[random.nextInt(FEATURES.length)], 1 + random.nextInt(300)))
        .toList();
  }

  private static Activity fold(List<Event> events) {
    Activity activity = Activity.NONE;
    for (Event event : events) {
      activity =
          activity.plus(NOON.plusSeconds(event.second()), Map.of(event.feature(), event.count()));
    }
    return activity;
  }

  private static long step(Event event, int length) {
    return NOON.plusSeconds(event.second()).getEpochSecond() / length;
  }

  private static long sum(List<Event> events, Feature feature, int length, long from) {
    return events.stream()
        .filter(event -> event.feature() == feature && step(event, length) >= from)
        .mapToLong(Event::count)
        .sum();
  }
}
