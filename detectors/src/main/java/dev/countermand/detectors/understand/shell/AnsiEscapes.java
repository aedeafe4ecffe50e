package dev.countermand.detectors.understand.shell;

/** The backslash sequences of {@code $'..'}, as the bash manual lists them. */
public final class AnsiEscapes {
  private AnsiEscapes() {}

  /** The text with every sequence replaced by what it stands for. */
  public static String decode(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i = append(text, i + 1, out);
      } else {
        out.append(c);
        i++;
      }
    }
    return out.toString();
  }

  /** Appends what the sequence after the backslash stands for; returns the index after it. */
  static int append(String text, int at, StringBuilder out) {
    char c = text.charAt(at);
    return switch (c) {
      case 'n' -> one(out, '\n', at);
      case 't' -> one(out, '\t', at);
      case 'r' -> one(out, '\r', at);
      case 'a', 'b', 'e', 'E', 'f', 'v' -> one(out, ' ', at);
      case 'x' -> number(text, at + 1, 2, 16, out);
      case 'u' -> number(text, at + 1, 4, 16, out);
      case 'U' -> number(text, at + 1, 8, 16, out);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> number(text, at, 3, 8, out);
      default -> one(out, c, at);
    };
  }

  private static int one(StringBuilder out, char c, int at) {
    out.append(c);
    return at + 1;
  }

  private static int number(String text, int from, int digits, int radix, StringBuilder out) {
    int end = from;
    int value = 0;
    while (end < text.length()
        && end - from < digits
        && Character.digit(text.charAt(end), radix) >= 0) {
      value = value * radix + Character.digit(text.charAt(end), radix);
      end++;
    }
    if (end > from && Character.isValidCodePoint(value)) {
      out.appendCodePoint(value);
    }
    return end;
  }
}
