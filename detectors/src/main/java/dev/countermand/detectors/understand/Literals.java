package dev.countermand.detectors.understand;

import java.util.ArrayList;
import java.util.List;

/** String literals and argument lists of code, found by quotes and brackets alone. */
final class Literals {
  private static final int MAX = 64;
  private static final int MAX_ARGUMENT = 1_000;

  private Literals() {}

  /** The contents of the quoted strings in a text, at most {@value #MAX}. */
  static List<String> strings(String code) {
    List<String> strings = new ArrayList<>();
    int i = 0;
    while (i < code.length() && strings.size() < MAX) {
      char c = code.charAt(i);
      if (c == '"' || c == '\'') {
        int end = closing(code, i);
        strings.add(code.substring(i + 1, end));
        i = end;
      }
      i++;
    }
    return strings;
  }

  /** What stands between the bracket at {@code open} and the one that closes it. */
  static String firstArgument(String code, int open) {
    int depth = 0;
    for (int i = open; i < code.length() && i - open < MAX_ARGUMENT; i++) {
      char c = code.charAt(i);
      if (c == '"' || c == '\'') {
        i = closing(code, i);
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return code.substring(open + 1, i);
      }
    }
    return code.substring(open + 1, Math.min(code.length(), open + MAX_ARGUMENT));
  }

  private static int closing(String code, int open) {
    char quote = code.charAt(open);
    int i = open + 1;
    while (i < code.length() && code.charAt(i) != quote) {
      i += code.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i, code.length());
  }
}
