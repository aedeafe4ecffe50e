package dev.countermand.detectors.baseline;

import dev.countermand.model.Seen;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What of one kind a subject was seen with in the last {@link #KEPT}, learned from windows of a
 * minute. An exact set of digests, bounded by {@link TraitKind#kept()}: what comes when it is full
 * is not remembered. Immutable.
 *
 * @param kind of what
 * @param from the start of the first window
 * @param times how often anything of the kind was seen, each thing once a window; forgotten with
 *     the time constant {@link LearnedRate#MEMORY}
 * @param until the end of the last window
 * @param overflow the last day (since 1970, UTC) on which something did not fit; -1 for none
 * @param entries each a digest, the last day it was seen as {@value #DAY_DIGITS} hexadecimal digits
 *     and {@value #ONE_DAY} while that is the only one, else {@value #MORE}; sorted
 * @param extra fields of a newer schema, kept as they came
 */
record SeenTraits(
    String kind,
    Instant from,
    double times,
    Instant until,
    long overflow,
    String entries,
    Extra extra) {
  /** How long something that is not seen again is remembered. */
  static final Duration KEPT = Duration.ofDays(60);

  private static final int DAY_DIGITS = 5;
  private static final char ONE_DAY = '1';
  private static final char MORE = 'm';
  private static final int WIDTH = Seen.WIDTH + DAY_DIGITS + 1;

  private static final DocumentCodec.Builder<SeenTraits> FIELDS =
      DocumentCodec.builder("seen traits");
  private static final Field<SeenTraits, String> KIND = FIELDS.string("kind", SeenTraits::kind);
  private static final Field<SeenTraits, Instant> FROM = FIELDS.instant("from", SeenTraits::from);
  private static final Field<SeenTraits, Double> TIMES = FIELDS.number("times", SeenTraits::times);
  private static final Field<SeenTraits, Instant> UNTIL =
      FIELDS.instant("until", SeenTraits::until);
  private static final Field<SeenTraits, Long> OVERFLOW =
      FIELDS.integer("overflow", SeenTraits::overflow);
  private static final Field<SeenTraits, String> ENTRIES =
      FIELDS.string("entries", SeenTraits::entries);

  static final DocumentCodec<SeenTraits> CODEC =
      FIELDS.build(
          v ->
              new SeenTraits(
                  v.get(KIND),
                  v.get(FROM),
                  v.get(TIMES),
                  v.get(UNTIL),
                  v.get(OVERFLOW),
                  v.get(ENTRIES),
                  v.extra()),
          SeenTraits::extra);

  /** What is known of a kind that is watched from the start of a window on: nothing. */
  static SeenTraits startingAt(TraitKind kind, Instant window) {
    return new SeenTraits(kind.wireName(), window, 0, window, -1, "", Extra.NONE);
  }

  /**
   * What is known after a window. One that starts before the last one ended changes nothing.
   *
   * @param digests what was seen in it, in any order
   */
  SeenTraits learn(Instant start, Collection<String> digests, int kept) {
    if (start.isBefore(until)) {
      return this;
    }
    Instant end = start.plus(LearnedRate.WINDOW);
    long today = day(start);
    TreeMap<String, String> known = new TreeMap<>();
    for (int at = 0; at < entries.length(); at += WIDTH) {
      String seen = entries.substring(at + Seen.WIDTH, at + WIDTH);
      if (today - day(seen) <= KEPT.toDays()) {
        known.put(entries.substring(at, at + Seen.WIDTH), seen);
      }
    }
    List<String> sorted = digests.stream().distinct().sorted().toList();
    long overflowed = overflow;
    for (String digest : sorted) {
      String before = known.get(digest);
      if (before != null || known.size() < kept) {
        boolean again = before != null && (before.endsWith("" + MORE) || day(before) != today);
        known.put(digest, String.format("%0" + DAY_DIGITS + "x", today) + (again ? MORE : ONE_DAY));
      } else {
        overflowed = today;
      }
    }
    double left = LearnedRate.left((double) Duration.between(until, end).toSeconds());
    return new SeenTraits(
        kind,
        from,
        times * left + sorted.size(),
        end,
        overflowed,
        known.entrySet().stream()
            .map(one -> one.getKey() + one.getValue())
            .collect(Collectors.joining()),
        extra);
  }

  /** As others read it. */
  Seen seen() {
    StringBuilder digests = new StringBuilder(entries.length());
    long once = 0;
    for (int at = 0; at < entries.length(); at += WIDTH) {
      digests.append(entries, at, at + Seen.WIDTH);
      once += entries.charAt(at + WIDTH - 1) == ONE_DAY ? 1 : 0;
    }
    boolean full = overflow >= 0 && day(until) - overflow <= KEPT.toDays();
    return new Seen(kind, from, times, once, full, digests.toString(), Extra.NONE);
  }

  private static long day(String seen) {
    return Long.parseLong(seen.substring(0, DAY_DIGITS), 16);
  }

  private static long day(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }
}
