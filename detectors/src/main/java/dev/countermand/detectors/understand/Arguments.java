package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words after a program's name, divided into options and positional words.
 *
 * @param all in order
 * @param positional what is neither an option nor the value of one
 * @param options options as written, with their value after a blank if they took one
 */
record Arguments(List<Word> all, List<Word> positional, List<Option> options) {

  /**
   * An option.
   *
   * @param name as written, without a value joined by {@code =}
   * @param value joined by {@code =}, or the next word where the program says so; else null
   */
  record Option(String name, @Nullable String value) {

    @Override
    public String toString() {
      return value == null ? name : name + " " + value;
    }
  }

  static Arguments of(List<Word> words, Set<String> valueOptions) {
    List<Word> positional = new ArrayList<>();
    List<Option> options = new ArrayList<>();
    boolean onlyPositional = false;
    for (int i = 0; i < words.size(); i++) {
      String text = words.get(i).text();
      if (onlyPositional || text.length() < 2 || text.charAt(0) != '-') {
        positional.add(words.get(i));
      } else if (text.equals("--")) {
        onlyPositional = true;
      } else {
        int equals = text.indexOf('=');
        if (equals > 0) {
          options.add(new Option(text.substring(0, equals), text.substring(equals + 1)));
        } else if (valueOptions.contains(text) && i + 1 < words.size()) {
          options.add(new Option(text, words.get(++i).text()));
        } else {
          options.add(new Option(text, null));
        }
      }
    }
    return new Arguments(words, positional, options);
  }

  /**
   * Whether an option is given. {@code -f} is also found in the cluster {@code -rf}, unless {@code
   * whole}; {@code -s stop} asks for the value too.
   */
  boolean has(String wanted, Dashes dashes) {
    int blank = wanted.indexOf(' ');
    if (blank > 0) {
      return valued(wanted.substring(0, blank), wanted.substring(blank + 1));
    }
    if (wanted.equals("--")) {
      return all.stream().anyMatch(word -> word.text().equals("--"));
    }
    boolean letter = wanted.length() == 2 && wanted.charAt(0) == '-';
    for (Option option : options) {
      if (option.name().equals(wanted)) {
        return !"false".equals(option.value()) && !"none".equals(option.value());
      }
      if (letter && dashes == Dashes.CLUSTERS && cluster(option.name(), wanted.charAt(1))) {
        return true;
      }
    }
    return false;
  }

  /** The words from a word on, told by identity: the same text may stand twice. */
  @SuppressWarnings("ReferenceEquality")
  static List<Word> from(List<Word> words, Word first) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i) == first) {
        return words.subList(i, words.size());
      }
    }
    return List.of();
  }

  private boolean valued(String name, String pattern) {
    for (Option option : options) {
      String value = option.value();
      if (value != null && option.name().equals(name) && Operations.like(pattern, value)) {
        return true;
      }
      if (value == null && name.length() == 2 && option.name().equals(name + pattern)) {
        return true;
      }
    }
    for (int i = 0; i + 1 < all.size(); i++) {
      if (all.get(i).text().equals(name) && Operations.like(pattern, all.get(i + 1).text())) {
        return true;
      }
    }
    return false;
  }

  private static boolean cluster(String option, char letter) {
    if (option.length() < 3 || option.charAt(1) == '-' || option.length() > 8) {
      return false;
    }
    return option.indexOf(letter, 1) > 0;
  }

  boolean hasAny(@Nullable List<String> wanted, Dashes dashes) {
    if (wanted != null) {
      for (String option : wanted) {
        if (has(option, dashes)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The value of an option wherever it stands, the next word included; null without one. */
  @Nullable String value(String name) {
    for (Option option : options) {
      if (option.name().equals(name) && option.value() != null) {
        return option.value();
      }
    }
    for (int i = 0; i + 1 < all.size(); i++) {
      if (all.get(i).text().equals(name)) {
        return all.get(i + 1).text();
      }
    }
    return null;
  }

  /** How a program reads {@code -abc}. */
  enum Dashes {
    CLUSTERS,
    WORDS
  }
}
