package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.List;

/** Bash's brace expansion: {@code a{b,c}d} stands for {@code abd acd}. */
final class Braces {
  private static final int MAX_WORDS = 64;

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
    for (int open = word.indexOf('{'); open >= 0; open = word.indexOf('{', open + 1)) {
      int close = closing(word, open);
      List<String> items = close < 0 ? List.of() : items(word.substring(open + 1, close));
      boolean variable = open > 0 && word.charAt(open - 1) == '$';
      if (items.size() > 1 && items.size() <= MAX_WORDS && !variable) {
        String before = word.substring(0, open);
        String after = word.substring(close + 1);
        return items.stream().map(item -> before + item + after).toList();
      }
    }
    return List.of();
  }

  private static int closing(String word, int open) {
    int depth = 0;
    for (int i = open; i < word.length(); i++) {
      char c = word.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
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
