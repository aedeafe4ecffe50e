package dev.countermand.detectors.understand;

import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a team calls its environments: account ids, hosts, contexts, projects. A name counts where
 * it stands as a word of its own; {@code *} at its start or end stands for any text. Immutable.
 *
 * <p>A name of production that stands anywhere in an action makes all of it an action on
 * production. A name of anything less counts only for the effect whose own words hold it, so that
 * nobody makes an action harmless by mentioning it.
 */
public final class EnvironmentNames {
  /** No names. */
  public static final EnvironmentNames NONE = new EnvironmentNames(List.of());

  private static final int MAX_TEXT = 65_536;

  private record Name(String environment, String core, boolean openStart, boolean openEnd) {

    boolean in(String lower) {
      for (int at = lower.indexOf(core); at >= 0; at = lower.indexOf(core, at + 1)) {
        int end = at + core.length();
        boolean starts = openStart || at == 0 || !wordChar(lower.charAt(at - 1));
        boolean ends = openEnd || end == lower.length() || !wordChar(lower.charAt(end));
        if (starts && ends) {
          return true;
        }
      }
      return false;
    }

    private static boolean wordChar(char c) {
      return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }
  }

  private final List<Name> names;

  private EnvironmentNames(List<Name> names) {
    this.names = List.copyOf(names);
  }

  /**
   * Names by environment.
   *
   * @param byEnvironment {@code production}, {@code staging}, {@code development} or {@code local},
   *     and the names of each, of at least 3 characters that are no {@code *}
   * @throws IllegalArgumentException when a name is too short to mean anything
   */
  public static EnvironmentNames of(Map<String, List<String>> byEnvironment) {
    List<Name> names = new ArrayList<>();
    byEnvironment.forEach(
        (environment, list) -> list.forEach(text -> names.add(name(environment, text))));
    names.sort((a, b) -> Integer.compare(rank(b.environment()), rank(a.environment())));
    return names.isEmpty() ? NONE : new EnvironmentNames(names);
  }

  private static Name name(String environment, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean openStart = lower.startsWith("*");
    boolean openEnd = lower.length() > 1 && lower.endsWith("*");
    String core = lower.substring(openStart ? 1 : 0, openEnd ? lower.length() - 1 : lower.length());
    if (core.length() < 3 || core.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "a name of " + environment + " needs 3 characters, and * only at its start or end");
    }
    return new Name(environment, core, openStart, openEnd);
  }

  private static int rank(String environment) {
    return switch (environment) {
      case Environments.PRODUCTION -> 4;
      case Environments.STAGING -> 3;
      case Environments.DEVELOPMENT -> 2;
      default -> 1;
    };
  }

  /**
   * The effects with the environments that the names tell.
   *
   * @param text the whole text of the action
   */
  List<Effect> locate(List<Effect> effects, String text) {
    if (names.isEmpty() || effects.isEmpty()) {
      return effects;
    }
    String lower =
        (text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text).toLowerCase(Locale.ROOT);
    boolean production =
        names.stream().anyMatch(name -> rank(name.environment()) == 4 && name.in(lower));
    return effects.stream().map(effect -> located(effect, production)).toList();
  }

  private Effect located(Effect effect, boolean production) {
    if (production) {
      return in(Environments.PRODUCTION, effect);
    }
    String own = (effect.resource().id() + " " + effect.because()).toLowerCase(Locale.ROOT);
    for (Name name : names) {
      if (name.in(own)) {
        return in(name.environment(), effect);
      }
    }
    return effect;
  }

  private static Effect in(String environment, Effect effect) {
    Resource resource = effect.resource();
    // What the words of the action say is not made less grave by a name.
    boolean graver = rank(environment) >= rank(resource.environment());
    boolean unknown = resource.environment().equals(Environments.UNKNOWN);
    return graver || unknown ? effect.in(environment) : effect;
  }
}
