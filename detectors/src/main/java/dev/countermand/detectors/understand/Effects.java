package dev.countermand.detectors.understand;

import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the effects of one action, without repetition and within bounds. */
final class Effects {
  private static final int MAX_EFFECTS = 48;
  private static final int MAX_WRITTEN = 16;
  private static final int MAX_ID = 200;
  private static final int MAX_BECAUSE = 200;
  private static final int MAX_STEPS = 4_000;
  private static final int MAX_NESTED_CHARACTERS = 262_144;
  private static final String UNREAD = "";
  private static final double UNREAD_CONFIDENCE = 0.3;

  private final Map<String, Effect> found = new LinkedHashMap<>();
  private final Map<String, String> written = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();
  private final Set<String> defined = new HashSet<>();
  private int steps;
  private int nested;

  /** Counts one unit of work; false when the action has used up what one action may cost. */
  boolean step() {
    if (++steps > MAX_STEPS) {
      unread("it has more parts than are read");
    }
    return steps <= MAX_STEPS;
  }

  /** Counts nested text that is about to be read; false when there was too much of it. */
  boolean nest(String text) {
    nested += text.length();
    if (nested > MAX_NESTED_CHARACTERS) {
      unread("it has more nested text than is read");
    }
    return nested <= MAX_NESTED_CHARACTERS;
  }

  /**
   * Says that a bound was reached and the rest of the action was not read: whoever pads a command
   * must not get the rest of it for nothing. The first reason stays.
   */
  void unread(String because) {
    found.putIfAbsent(
        UNREAD,
        new Effect(
            Verb.EXECUTE,
            new Resource(Understanding.UNREAD, "", Environments.UNKNOWN),
            false,
            UNREAD_CONFIDENCE,
            "not read to its end: " + because));
  }

  /** The variables that the action has set so far. */
  Map<String, String> variables() {
    return variables;
  }

  /** The names of functions and aliases that the action defines. */
  Set<String> defined() {
    return defined;
  }

  /** Keeps what the action writes to a file, in case it runs the file later on. */
  void wrote(String path, String text) {
    if (written.size() < MAX_WRITTEN && text.length() <= MAX_NESTED_CHARACTERS / 4) {
      written.put(bare(path), text);
    }
  }

  /** What the action wrote to a file before, or null. */
  @Nullable String written(String path) {
    return written.get(bare(path));
  }

  private static String bare(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  void add(
      Verb verb,
      String type,
      String id,
      String environment,
      Reversal reversal,
      double confidence,
      String because) {
    Resource resource = new Resource(type, shorten(id, MAX_ID), environment);
    boolean reversible = reversal == Reversal.POSSIBLE;
    Effect effect =
        new Effect(verb, resource, reversible, confidence, shorten(because, MAX_BECAUSE));
    String key = verb + "\n" + type + "\n" + resource.id() + "\n" + environment + reversible;
    if (found.size() >= MAX_EFFECTS && !found.containsKey(key)) {
      replaceLesser(key, effect);
      return;
    }
    found.merge(key, effect, (a, b) -> a.confidence() >= b.confidence() ? a : b);
  }

  /** Adds the effects of another reading. */
  void addAll(List<Effect> effects) {
    for (Effect effect : effects) {
      found.putIfAbsent(String.valueOf(effect), effect);
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int size() {
    return found.size();
  }

  List<Effect> list() {
    return List.copyOf(new ArrayList<>(found.values()));
  }

  /** A full collection still takes a graver effect, so that padding cannot hide it. */
  private void replaceLesser(String key, Effect effect) {
    for (Map.Entry<String, Effect> entry : found.entrySet()) {
      if (!entry.getKey().equals(UNREAD) && entry.getValue().verb().compareTo(effect.verb()) < 0) {
        found.remove(entry.getKey());
        found.put(key, effect);
        return;
      }
    }
    if (effect.verb().compareTo(Verb.DELETE) >= 0 && !effect.reversible()) {
      unread("it does more than is told");
    }
  }

  static String shorten(String text, int max) {
    String line = text.replace('\n', ' ').strip();
    return line.length() <= max ? line : line.substring(0, max - 1) + "…";
  }
}
