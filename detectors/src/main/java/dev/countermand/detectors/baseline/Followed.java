package dev.countermand.detectors.baseline;

import dev.countermand.detectors.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one agent did of late with each credential and each kind of resource. Compared with the
 * baseline of the credential or the resource, which is of all agents together: what one of them
 * does alone is never more than what all do. Immutable; at most {@value #MAX_SUBJECTS} are
 * remembered, those longest untouched are forgotten first.
 *
 * @param entries each a subject, a blank and its {@link Activity#encode}; the last touched last
 */
public record Followed(List<String> entries) {
  /** Nothing was done yet. */
  public static final Followed NONE = new Followed(List.of());

  /** Most that are remembered. */
  public static final int MAX_SUBJECTS = 16;

  /** The list is copied. */
  public Followed {
    entries = List.copyOf(entries);
  }

  /**
   * After something was done, and judged by what is known.
   *
   * @param counts how often what was done, for each subject
   */
  public Followed plus(Instant time, Map<String, Map<Feature, Long>> counts, Known known) {
    if (counts.isEmpty()) {
      return this;
    }
    Map<String, String> next = new LinkedHashMap<>();
    entries.forEach(entry -> next.put(subject(entry), entry));
    counts.forEach(
        (subject, done) -> {
          Activity after = activity(subject).plus(time, done);
          for (Feature feature : done.keySet()) {
            int level = Burst.ofSubject(after, feature, known, subject).map(Burst::level).orElse(0);
            after = after.judged(feature, level);
          }
          next.remove(subject);
          next.put(subject, subject + " " + after.encode());
        });
    List<String> all = new ArrayList<>(next.values());
    return new Followed(all.subList(Math.max(0, all.size() - MAX_SUBJECTS), all.size()));
  }

  /** What was done of late with a subject. */
  public Activity activity(String subject) {
    return entries.stream()
        .filter(entry -> subject(entry).equals(subject))
        .findFirst()
        .map(entry -> Activity.decode(entry.substring(subject.length() + 1)))
        .orElse(Activity.NONE);
  }

  /** The bursts that are told of now and were not before. */
  public List<Burst> told(Followed before, Map<String, Map<Feature, Long>> counts, Known known) {
    List<Burst> bursts = new ArrayList<>();
    counts.forEach(
        (subject, done) -> {
          Activity now = activity(subject);
          Activity then = before.activity(subject);
          done.keySet().stream()
              .filter(feature -> now.tells(feature, then))
              .map(feature -> Burst.ofSubject(now, feature, known, subject))
              .flatMap(Optional::stream)
              .forEach(bursts::add);
        });
    return bursts;
  }

  private static String subject(String entry) {
    return entry.substring(0, Math.max(0, entry.lastIndexOf(' ')));
  }
}
