package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.List;

/** Bash's brace expansion: {@code a{b,c}d} stands for {@code abd acd}. */
final class Braces {
  private static final int MAX_WORDS = 64;
  private static final int MAX_SCANNED = 262_144;

  private Braces() {}

  /** The words a text stands for; the text itself where its braces hold no list. */
  static List<String> expand(String text) {
    List<String> words = new ArrayList<>(List.of(text));
    for (int i = 0; i < words.size() && words.size() < MAX_WORDS; ) {
      List<String> parts = first(words.get(i));
      if (parts.isEmpty()) {
        i++;
      } else {
        words.remove(i);
        words.addAll(i, parts);
      }
    }
    return words;
  }

  /** What the first list of a word expands to; empty when it has none. */
  private static List<String> first(String word) {
    int[] closings = closings(word);
    int budget = MAX_SCANNED;
    for (int open = word.indexOf('{'); open >= 0; open = word.indexOf('{', open + 1)) {
      int close = closings[open];
      if (close < 0) {
        continue;
      }
      budget -= close - open;
      if (budget < 0) {
        return List.of();
      }
      List<String> items = items(word.substring(open + 1, close));
      boolean variable = open > 0 && word.charAt(open - 1) == '$';
      if (items.size() > 1 && items.size() <= MAX_WORDS && !variable) {
        String before = word.substring(0, open);
        String after = word.substring(close + 1);
        return items.stream().map(item -> before + item + after).toList();
      }
    }
    return List.of();
  }

  /** For each opening brace where it is closed, or -1. */
  private static int[] closings(String word) {
    int[] closings = new int[word.length()];
    int[] open = new int[word.length()];
    int depth = 0;
    for (int i = 0; i < word.length(); i++) {
      closings[i] = -1;
      if (word.charAt(i) == '{') {
        open[depth++] = i;
      } else if (word.charAt(i) == '}' && depth > 0) {
        closings[open[--depth]] = i;
      }
    }
    return closings;
  }

  private static List<String> items(String inside) {
    List<String> items = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == ',' && depth == 0) {
        items.add(inside.substring(start, i));
        start = i + 1;
      }
    }
    items.add(inside.substring(start));
    return items;
  }
}
