package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Arguments.Dashes;
import dev.countermand.detectors.understand.Tool.Operation;
import dev.countermand.detectors.understand.shell.Word;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Matches the operations of a knowledge file against arguments. */
final class Operations {
  private Operations() {}

  /** How many positional words the operation's {@code when} took; -1 when it does not match. */
  static int match(Operation operation, Arguments arguments, Invocation call, Dashes dashes) {
    int matched = words(operation.when(), arguments.positional());
    if (matched < 0
        || (operation.with() != null && !arguments.hasAny(operation.with(), dashes))
        || arguments.hasAny(operation.without(), dashes)
        || !hasAll(operation.withAll(), arguments, dashes)
        || !fits(operation.arguments(), arguments.positional(), matched)
        || !says(operation.stdin(), call.stdin())) {
      return -1;
    }
    return matched;
  }

  /** The words that decided. */
  static String because(Operation operation, Arguments arguments, int matched, Invocation call) {
    StringBuilder text = new StringBuilder(call.name());
    int upTo = Math.min(arguments.positional().size(), matched + 1);
    Word last = upTo == 0 ? null : arguments.positional().get(upTo - 1);
    for (Word word : arguments.all()) {
      boolean option = word.text().startsWith("-");
      boolean early = last == null || text.length() < 160;
      if (option || early) {
        text.append(' ').append(word.text());
      }
    }
    if (operation.stdin() != null && call.stdin() != null) {
      text.append(" <<< ").append(call.stdin());
    }
    return text.toString();
  }

  private static int words(@Nullable String when, List<Word> positional) {
    if (when == null || when.isEmpty()) {
      return 0;
    }
    int at = 0;
    int from = 0;
    while (from < when.length()) {
      int blank = when.indexOf(' ', from);
      int to = blank < 0 ? when.length() : blank;
      if (at >= positional.size() || !either(when.substring(from, to), positional.get(at).text())) {
        return -1;
      }
      at++;
      from = to + 1;
    }
    return at;
  }

  private static boolean either(String alternatives, String word) {
    if (alternatives.equals("*") || alternatives.equals(word)) {
      return true;
    }
    int from = 0;
    while (from <= alternatives.length()) {
      int bar = alternatives.indexOf('|', from);
      int to = bar < 0 ? alternatives.length() : bar;
      if (like(alternatives.substring(from, to), word)) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  private static boolean hasAll(@Nullable List<String> wanted, Arguments arguments, Dashes dashes) {
    if (wanted != null) {
      for (String option : wanted) {
        if (!arguments.has(option, dashes)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean fits(@Nullable List<String> patterns, List<Word> words, int from) {
    if (patterns == null) {
      return true;
    }
    for (Word word : words.subList(from, words.size())) {
      for (String pattern : patterns) {
        if (like(pattern, word.text())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean says(@Nullable List<String> wanted, @Nullable String stdin) {
    if (wanted == null) {
      return true;
    }
    if (stdin == null) {
      return false;
    }
    String lower = stdin.toLowerCase(Locale.ROOT);
    for (String word : wanted) {
      if (lower.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is like a pattern; {@code *} at the start and the end stands for any text. */
  static boolean like(String pattern, String text) {
    int n = pattern.length();
    if (pattern.equals("*")) {
      return true;
    }
    boolean head = n > 1 && pattern.charAt(0) == '*';
    boolean tail = n > 1 && pattern.charAt(n - 1) == '*';
    String core = pattern.substring(head ? 1 : 0, tail ? n - 1 : n);
    if (head && tail) {
      return text.contains(core);
    }
    if (head) {
      return text.endsWith(core);
    }
    return tail ? text.startsWith(core) : text.equals(core);
  }
}
