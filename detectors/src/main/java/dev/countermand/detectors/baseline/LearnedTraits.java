package dev.countermand.detectors.baseline;

import dev.countermand.model.Baseline;
import dev.countermand.model.Seen;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a subject was seen with, learned from windows of a minute. Immutable; its JSON is below 13
 * KB, and some 2 KB for an ordinary agent.
 *
 * @param from the start of the first window
 * @param until the end of the last window
 * @param kinds one for each kind of which anything was seen
 * @param extra fields of a newer schema, kept as they came
 */
public record LearnedTraits(Instant from, Instant until, List<SeenTraits> kinds, Extra extra) {
  private static final DocumentCodec.Builder<LearnedTraits> FIELDS =
      DocumentCodec.builder("learned traits");
  private static final Field<LearnedTraits, Instant> FROM =
      FIELDS.instant("from", LearnedTraits::from);
  private static final Field<LearnedTraits, Instant> UNTIL =
      FIELDS.instant("until", LearnedTraits::until);
  private static final Field<LearnedTraits, List<SeenTraits>> KINDS =
      FIELDS.list("kinds", SeenTraits.CODEC, LearnedTraits::kinds);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<LearnedTraits> CODEC =
      FIELDS.build(
          v -> new LearnedTraits(v.get(FROM), v.get(UNTIL), v.getOr(KINDS, List.of()), v.extra()),
          LearnedTraits::extra);

  /** The list is copied. */
  public LearnedTraits {
    kinds = List.copyOf(kinds);
  }

  /** What is known of a subject that is watched from the start of a window on: nothing. */
  public static LearnedTraits startingAt(Instant window) {
    return new LearnedTraits(window, window, List.of(), Extra.NONE);
  }

  /** How a trait stands in a window: kind, colon, digest. */
  public static String tagged(Trait trait) {
    return trait.kind().wireName() + ":" + trait.digest();
  }

  /**
   * What is known after a window. One that starts before the last one ended changes nothing.
   *
   * @param tagged the traits that were seen in it, as {@link #tagged} writes them, in any order;
   *     what nobody wrote so is left out
   */
  public LearnedTraits learn(Instant start, Collection<String> tagged) {
    if (start.isBefore(until)) {
      return this;
    }
    Map<String, List<String>> byKind = new TreeMap<>();
    for (String one : tagged) {
      int colon = one.indexOf(':');
      if (colon > 0 && one.length() == colon + 1 + Seen.WIDTH) {
        byKind
            .computeIfAbsent(one.substring(0, colon), k -> new ArrayList<>())
            .add(one.substring(colon + 1));
      }
    }
    List<SeenTraits> next = new ArrayList<>(kinds);
    for (TraitKind kind : TraitKind.values()) {
      List<String> digests = byKind.get(kind.wireName());
      if (digests != null) {
        SeenTraits before =
            kinds.stream()
                .filter(known -> known.kind().equals(kind.wireName()))
                .findFirst()
                .orElseGet(() -> SeenTraits.startingAt(kind, from));
        next.remove(before);
        next.add(before.learn(start, digests, kind.kept()));
      }
    }
    return new LearnedTraits(from, start.plus(LearnedRate.WINDOW), next, extra);
  }

  /** As others read it. */
  public Baseline baseline(String subject) {
    List<Seen> seen =
        Arrays.stream(TraitKind.values())
            .flatMap(kind -> kinds.stream().filter(known -> known.kind().equals(kind.wireName())))
            .map(SeenTraits::seen)
            .toList();
    double times = seen.stream().mapToDouble(Seen::times).sum();
    double watched = (double) Duration.between(from, until).toSeconds();
    return new Baseline(
        subject,
        until,
        Baseline.SEEN,
        LearnedRate.PRIOR_EVENTS + times,
        LearnedRate.PRIOR_SECONDS + watched,
        null,
        seen,
        Extra.NONE);
  }
}
