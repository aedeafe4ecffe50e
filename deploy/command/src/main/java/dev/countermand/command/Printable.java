package dev.countermand.command;

import java.util.Locale;

/**
 * Text without the characters that a terminal obeys and does not show: what somebody named, or an
 * agent wrote, must neither move the cursor nor turn a line around.
 */
public final class Printable {
  private Printable() {}

  /** A line with a question mark for each of them. */
  public static String text(String line) {
    StringBuilder shown = new StringBuilder(line.length());
    line.codePoints().forEach(c -> shown.appendCodePoint(isObeyed(c) ? '?' : c));
    return shown.toString();
  }

  /** JSON of the same value, in which they are escapes. The ends of lines stay what they are. */
  public static String json(String json) {
    StringBuilder shown = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || !isObeyed(c)) {
                shown.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  shown.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              }
            });
    return shown.toString();
  }

  // Controls of both sets, directions and what is invisible, ends of lines, halves of pairs.
  private static boolean isObeyed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
