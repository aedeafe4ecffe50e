package dev.countermand.detectors.understand;

import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a removal reaches: what goes with the thing, and how it can be put back, from {@code
 * radius.yaml} and from the words of the action.
 *
 * @param takes by type, what goes with a thing of it
 * @param undo by type, how a thing of it can be put back
 */
record Radius(Map<String, List<String>> takes, Map<String, String> undo) {

  /** The effect with its radius; others than removals as they are. */
  Effect of(Effect effect) {
    if (effect.verb() != Verb.DELETE && effect.verb() != Verb.DESTROY) {
      return effect;
    }
    String type = effect.resource().type();
    List<String> also = new ArrayList<>();
    if (effect.verb() == Verb.DESTROY) {
      List<String> held = find(takes, type);
      also.addAll(held == null ? List.of() : held);
    }
    matches(effect, also);
    return effect.with(also, find(undo, type));
  }

  /** What goes with a thing of a type. */
  List<String> takesOf(String type) {
    List<String> held = find(takes, type);
    return held == null ? List.of() : held;
  }

  /** Wildcards, options that mean all, cascades, and backups that are not made. */
  private static void matches(Effect effect, List<String> also) {
    String id = effect.resource().id();
    String because = effect.because();
    String upper = because.toUpperCase(Locale.ROOT);
    if (id.indexOf('*') >= 0 || id.indexOf('?') >= 0) {
      also.add("everything that matches " + id);
    }
    if (because.contains("--all") || because.contains(" -A ")) {
      also.add("all of the kind");
    }
    if (upper.contains("CASCADE")) {
      also.add("everything that depends on it");
    }
    if (because.contains("--volumes") || because.endsWith(" -v")) {
      also.add("the volumes, with the data in them");
    }
    if (because.contains("--skip-final-snapshot")
        || because.contains("--delete-automated-backups")) {
      also.add("the snapshot that would have been the way back");
    }
  }

  private static <V> @Nullable V find(Map<String, V> byType, String type) {
    V found = byType.get(type);
    return found != null ? found : byType.get(type.substring(type.lastIndexOf('-') + 1));
  }
}
