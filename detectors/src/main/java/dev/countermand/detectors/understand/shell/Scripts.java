package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about nested script text. */
final class Scripts {
  private static final int MAX_SPOKEN = 512;
  private static final int MAX_BRACED = 2_048;

  private Scripts() {}

  /** The index of the brace that closes {@code $}-brace, or -1; quotes and nesting respected. */
  static int closingBrace(String text, int open) {
    int depth = 0;
    int limit = Math.min(text.length(), open + MAX_BRACED);
    for (int i = open; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The index of the bracket that closes the one at {@code open}, quotes respected; the length of
   * the text when it never closes or nests deeper than {@code maxNesting}.
   */
  static int closing(String text, int open, int maxNesting) {
    boolean[] quoted = new boolean[maxNesting + 2];
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '\'' && !quoted[depth]) {
        int end = text.indexOf('\'', i + 1);
        if (end < 0) {
          return text.length();
        }
        i = end;
      } else if (c == '"') {
        quoted[depth] = !quoted[depth];
      } else if (c == '(' && (!quoted[depth] || text.charAt(i - 1) == '$')) {
        depth++;
        if (depth > maxNesting) {
          return text.length();
        }
        quoted[depth] = false;
      } else if (c == ')' && !quoted[depth]) {
        depth--;
        if (depth <= 0) {
          return i;
        }
      }
    }
    return text.length();
  }

  /** The scripts of the {@code $(..)} and backticks in text that a shell expands. */
  static List<String> substitutions(String text, int maxNesting) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '`') {
        int end = text.indexOf('`', i + 1);
        if (end < 0) {
          break;
        }
        found.add(text.substring(i + 1, end));
        i = end;
      } else if (c == '$' && i + 1 < text.length() && text.charAt(i + 1) == '(') {
        int end = closing(text, i + 1, maxNesting);
        found.add(text.substring(i + 2, Math.min(end, text.length())));
        i = end;
      }
    }
    return found;
  }

  /** The head of a script without blanks: an output that is not known is not split at them. */
  static String inOneWord(String script) {
    String head = script.substring(0, Math.min(40, script.length()));
    return head.replace(' ', '_').replace('\t', '_').replace('\n', '_');
  }

  /** What a script prints when it is only an {@code echo} of plain words; null otherwise. */
  static @Nullable String spoken(String script) {
    String trimmed = script.trim();
    if (!trimmed.startsWith("echo ") || trimmed.length() > MAX_SPOKEN) {
      return null;
    }
    String said = trimmed.substring(5).trim();
    if (said.length() > 1
        && (said.charAt(0) == '"' || said.charAt(0) == '\'')
        && said.indexOf(said.charAt(0), 1) == said.length() - 1) {
      said = said.substring(1, said.length() - 1);
    }
    for (int i = 0; i < said.length(); i++) {
      if ("$`\\;&|<>()\"'-*?".indexOf(said.charAt(i)) >= 0) {
        return null;
      }
    }
    return said;
  }
}
