package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Entry.How;
import dev.countermand.dashboards.timeline.Entry.Lane;
import dev.countermand.dashboards.timeline.Entry.Touch;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a story of entries, the first first, comes down to. Pure. */
final class Told {
  private static final String CONTAINED = what(Step.KILL_SWITCH, StepState.VERIFIED);
  private static final String DEAD = what(Step.REVOKE, StepState.VERIFIED);

  /** Most credentials whose way is told. */
  private static final int MAX_CREDENTIALS = 100;

  private Told() {}

  private static String what(Step step, StepState state) {
    return step.wireName() + " " + state.wireName();
  }

  /**
   * The stages that are known: a credential was read, used, something was destroyed, the agent was
   * stopped, the credential was proved dead.
   */
  static ArrayNode stages(List<Entry> story) {
    ArrayNode stages = Json.mapper().createArrayNode();
    Optional<Entry> used = first(story, entry -> has(entry, How.USED, null));
    Set<String> their = fingerprints(used.map(List::of).orElse(List.of()));
    // Of all that it saw, what it went on to use is the story.
    Optional<Entry> read =
        first(story, entry -> their.stream().anyMatch(one -> has(entry, How.SEEN, one)))
            .or(() -> first(story, entry -> has(entry, How.SEEN, null)));
    stage(stages, "read", read);
    stage(stages, "used", used);
    stage(
        stages,
        "destroyed",
        first(story, entry -> destroys(entry) && entry.answer() != Decision.DENY)
            .or(() -> first(story, Told::destroys)));
    stage(stages, "contained", first(story, entry -> isOutcome(entry, CONTAINED)));
    stage(stages, "dead", first(story, entry -> isOutcome(entry, DEAD)));
    return stages;
  }

  private static void stage(ArrayNode stages, String name, Optional<Entry> entry) {
    entry.ifPresent(
        found ->
            stages
                .addObject()
                .put("stage", name)
                .put("time", found.time().toString())
                .put("entry", found.id())
                .put("text", Shown.cut(found.what() + ": " + found.text())));
  }

  /** The way of each credential that was used: where it was seen, used, found out, and died. */
  static ArrayNode lineage(List<Entry> story, UnaryOperator<@Nullable String> nameOf) {
    ArrayNode all = Json.mapper().createArrayNode();
    for (String fingerprint : fingerprints(story)) {
      Entry used = first(story, entry -> has(entry, How.USED, fingerprint)).orElseThrow();
      Optional<Entry> seen = first(story, entry -> has(entry, How.SEEN, fingerprint));
      ObjectNode way =
          all.addObject().put("credential", fingerprint).put("name", nameOf.apply(fingerprint));
      way.put("seen", id(seen));
      way.put("seen_in", seen.map(entry -> place(entry, fingerprint)).orElse(null));
      way.put("used", used.id());
      way.put(
          "finding",
          id(
              first(
                      story,
                      entry ->
                          has(entry, How.NAMED, fingerprint) && entry.related().contains(used.id()))
                  .or(() -> first(story, entry -> has(entry, How.NAMED, fingerprint)))));
      way.put(
          "dead",
          id(first(story, entry -> isOutcome(entry, DEAD) && has(entry, How.TAKEN, fingerprint))));
    }
    return all;
  }

  /** Those that were used, in the order in which they first were. */
  private static Set<String> fingerprints(List<Entry> story) {
    Set<String> used = new LinkedHashSet<>();
    for (Entry entry : story) {
      for (Touch touch : entry.credentials()) {
        if (touch.how() == How.USED && used.size() < MAX_CREDENTIALS) {
          used.add(touch.fingerprint());
        }
      }
    }
    return used;
  }

  private static @Nullable String id(Optional<Entry> entry) {
    return entry.map(Entry::id).orElse(null);
  }

  private static String place(Entry entry, String fingerprint) {
    return entry.credentials().stream()
        .filter(touch -> touch.fingerprint().equals(fingerprint) && touch.where() != null)
        .map(touch -> String.valueOf(touch.where()))
        .findFirst()
        .orElse(Shown.cut(entry.text().lines().findFirst().orElse("")));
  }

  private static boolean has(Entry entry, How how, @Nullable String fingerprint) {
    return entry.credentials().stream()
        .anyMatch(
            touch ->
                touch.how() == how
                    && (fingerprint == null || fingerprint.equals(touch.fingerprint())));
  }

  private static boolean destroys(Entry entry) {
    return entry.effects().stream().anyMatch(Effect::destructive);
  }

  private static boolean isOutcome(Entry entry, String what) {
    return entry.lane() == Lane.COUNTERMAND && entry.what().equals(what);
  }

  private static Optional<Entry> first(List<Entry> story, Predicate<Entry> wanted) {
    return story.stream().filter(wanted).findFirst();
  }
}
