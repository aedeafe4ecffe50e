package dev.countermand.collectors.redact;

/** Character classes and measures that the scanners share; ASCII only, by intention. */
final class Chars {

  private static final boolean[] BASE64 = base64();

  private Chars() {}

  private static boolean[] base64() {
    boolean[] table = new boolean[128];
    for (char c = 0; c < table.length; c++) {
      table[c] = isAlnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
    }
    return table;
  }

  static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAlnum(char c) {
    return isLower(c) || isUpper(c) || isDigit(c);
  }

  static boolean isName(char c) {
    return isAlnum(c) || c == '_' || c == '-' || c == '.';
  }

  /** The union of the base64 alphabets, standard and URL-safe, without padding. */
  static boolean isBase64(char c) {
    return c < BASE64.length && BASE64[c];
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }

  static int hexValue(char c) {
    if (isDigit(c)) {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  static char fold(char c) {
    return isUpper(c) ? (char) (c + 32) : c;
  }

  /**
   * Shannon entropy per character, in bits, of the characters of {@code value}. Characters outside
   * ASCII are counted as one class.
   */
  static double entropy(CharSequence value) {
    int[] counts = new int[129];
    int n = value.length();
    for (int i = 0; i < n; i++) {
      counts[Math.min(value.charAt(i), 128)]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double p = (double) count / n;
        bits -= p * (Math.log(p) / Math.log(2));
      }
    }
    return bits;
  }

  /** Whether {@code prefix}, in lower case, stands at {@code at} in any ASCII case. */
  static boolean matchesFoldedAt(char[] text, int at, String prefix) {
    if (at < 0 || at + prefix.length() > text.length) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (fold(text[at + i]) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean matchesAt(char[] text, int at, String prefix) {
    if (at < 0 || at + prefix.length() > text.length) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (text[at + i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
