package dev.countermand.command;

import java.util.function.IntPredicate;

/**
 * Text without the characters that a terminal obeys and does not show: what somebody named, or an
 * agent wrote, must neither move the cursor nor turn a line around.
 */
public final class Printable {
  private static final String HEX = "0123456789abcdef";

  private Printable() {}

  /** A line with a question mark for each of them; the same string where it has none. */
  public static String text(String line) {
    int plain = plain(line, Printable::isObeyed);
    if (plain == line.length()) {
      return line;
    }
    StringBuilder shown = new StringBuilder(line.length()).append(line, 0, plain);
    line.substring(plain).codePoints().forEach(c -> shown.appendCodePoint(isObeyed(c) ? '?' : c));
    return shown.toString();
  }

  /**
   * JSON of the same value, in which they are escapes; the same string where it has none. The ends
   * of lines stay what they are.
   */
  public static String json(String json) {
    int plain = plain(json, Printable::isEscaped);
    if (plain == json.length()) {
      return json;
    }
    StringBuilder shown = new StringBuilder(json.length() + 64).append(json, 0, plain);
    json.substring(plain)
        .codePoints()
        .forEach(
            c -> {
              if (!isEscaped(c)) {
                shown.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  escape(shown, unit);
                }
              }
            });
    return shown.toString();
  }

  private static void escape(StringBuilder shown, char unit) {
    shown.append("\\u");
    for (int bits = 12; bits >= 0; bits -= 4) {
      shown.append(HEX.charAt((unit >> bits) & 0xf));
    }
  }

  /** Where the first character that must not be shown begins; the length where there is none. */
  private static int plain(String text, IntPredicate isBad) {
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (isBad.test(c)) {
        return at;
      }
      at += Character.charCount(c);
    }
    return text.length();
  }

  private static boolean isEscaped(int c) {
    return c != '\n' && c != '\r' && isObeyed(c);
  }

  // Controls of both sets, directions and what is invisible, ends of lines, halves of pairs.
  private static boolean isObeyed(int c) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
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
