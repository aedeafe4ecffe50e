package dev.countermand.collectors.redact;

/**
 * The text that replaces a secret: {@code [[secret:<kind>:<keyId>:<fingerprint>]]}. A marker that
 * is already in the text is left alone, but only in exactly this form: with a long kind or key id,
 * or a fingerprint that is not 32 hex digits, it could be a token that hides behind a marker's
 * clothes.
 */
final class Marker {

  static final String OPEN = "[[secret:";
  private static final String CLOSE = "]]";
  private static final int FINGERPRINT_LENGTH = 32;
  private static final int MAX_KIND = 40;
  private static final int MAX_KEY_ID = 16;

  private Marker() {}

  static String of(String kind, String keyId, String fingerprint) {
    return OPEN + kind + ":" + keyId + ":" + fingerprint + CLOSE;
  }

  /**
   * Returns the offset just after the marker that begins at {@code start}, or -1 when there is none
   * in the exact form.
   */
  static int end(char[] text, int start, RuleBook rules) {
    if (!Chars.matchesAt(text, start, OPEN)) {
      return -1;
    }
    int kindStart = start + OPEN.length();
    int kindEnd = run(text, kindStart, MAX_KIND);
    if (kindEnd <= kindStart
        || !isAt(text, kindEnd, ':')
        || !rules.knowsKind(new String(text, kindStart, kindEnd - kindStart))) {
      return -1;
    }
    int keyEnd = run(text, kindEnd + 1, MAX_KEY_ID);
    if (keyEnd <= kindEnd + 1 || !isAt(text, keyEnd, ':')) {
      return -1;
    }
    int close = keyEnd + 1 + FINGERPRINT_LENGTH;
    if (!isHex(text, keyEnd + 1, close) || !Chars.matchesAt(text, close, CLOSE)) {
      return -1;
    }
    return close + CLOSE.length();
  }

  private static int run(char[] text, int from, int max) {
    int i = from;
    while (i < text.length && i - from <= max && isPart(text[i])) {
      i++;
    }
    return i - from > max ? -1 : i;
  }

  private static boolean isPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static boolean isHex(char[] text, int from, int to) {
    if (to > text.length) {
      return false;
    }
    for (int i = from; i < to; i++) {
      char c = text[i];
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAt(char[] text, int i, char c) {
    return i >= 0 && i < text.length && text[i] == c;
  }
}
