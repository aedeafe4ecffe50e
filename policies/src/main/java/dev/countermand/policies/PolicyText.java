package dev.countermand.policies;

import org.jspecify.annotations.Nullable;

/**
 * Bounds what is given to Cedar's parser. It is native and recursive: a text nested too deep
 * overflows its stack, which ends the whole process and not only the reading.
 */
final class PolicyText {
  static final int MAX_LENGTH = 1024 * 1024;
  static final int MAX_DEPTH = 100;

  /** Longest policy, without blanks, comments and what stands in quotes. */
  static final int MAX_POLICY = 16 * 1024;

  private final String text;
  private int at;
  private int line = 1;
  private int depth;
  private int length;

  private PolicyText(String text) {
    this.text = text;
  }

  /** Why a text is not to be parsed, as the end of a sentence; null when it may be. */
  static @Nullable String problem(String text) {
    if (text.length() > MAX_LENGTH) {
      return "it is longer than " + MAX_LENGTH + " characters";
    }
    return new PolicyText(text).problem();
  }

  private @Nullable String problem() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        skipString();
      } else if (c == '/' && at < text.length() && text.charAt(at) == '/') {
        skipComment();
      } else if (c == '\n') {
        line++;
      } else if (!Character.isWhitespace(c)) {
        count(c);
      }
      if (depth > MAX_DEPTH) {
        return "line " + line + " is nested deeper than " + MAX_DEPTH + " brackets";
      }
      if (length > MAX_POLICY) {
        return "the policy that holds line " + line + " is too long; make it several";
      }
    }
    return null;
  }

  private void count(char c) {
    length++;
    switch (c) {
      case '(', '[', '{' -> depth++;
      case ')', ']', '}' -> depth--;
      case ';' -> {
        depth = 0;
        length = 0;
      }
      default -> {}
    }
  }

  private void skipString() {
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      line += c == '\n' ? 1 : 0;
      at += c == '\\' ? 2 : 1;
    }
    at++;
  }

  private void skipComment() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }
}
