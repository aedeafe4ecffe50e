package dev.countermand.collectors.redact;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs of base64 that hold printable text. Almost every word is dismissed after its first
 * eight characters, because the bytes they stand for are not printable.
 */
final class Base64Runs {

  /** Told of each decodable run. */
  interface Consumer {
    void accept(int from, int to, char[] decoded);
  }

  private static final int MIN_RUN = 12;
  private static final int PROBE = 8;
  private static final int MAX_SEGMENTS = 8;
  private static final byte[] VALUES = values();

  private Base64Runs() {}

  static void find(char[] text, Consumer consumer) {
    // Looks at every twelfth character only: each run that is long enough contains one of them.
    int done = 0;
    int i = MIN_RUN - 1;
    while (i < text.length) {
      if (!Chars.isBase64(text[i])) {
        done = i + 1;
        i += MIN_RUN;
        continue;
      }
      int start = i;
      while (start > done && Chars.isBase64(text[start - 1])) {
        start--;
      }
      int end = i + 1;
      while (end < text.length && Chars.isBase64(text[end])) {
        end++;
      }
      if (end - start >= MIN_RUN) {
        run(text, start, end, consumer);
      }
      done = end;
      i = end + MIN_RUN;
    }
  }

  private static void run(char[] text, int from, int end, Consumer consumer) {
    if (segment(text, from, end, consumer)) {
      return;
    }
    // A run that begins with a path or a name and goes on with the encoded part.
    int start = from;
    for (int n = 0, i = from; i < end && n < MAX_SEGMENTS; i++) {
      char c = text[i];
      if (c == '/' || c == '-' || c == '_' || c == '+') {
        n++;
        start = i + 1;
        if (end - start >= MIN_RUN && segment(text, start, end, consumer)) {
          return;
        }
      }
    }
  }

  private static boolean segment(char[] text, int from, int end, Consumer consumer) {
    if (!probe(text, from)) {
      return false;
    }
    char[] decoded = decode(text, from, end);
    if (decoded == null) {
      return false;
    }
    int to = end;
    while (to < text.length && text[to] == '=' && to - end < 2) {
      to++;
    }
    consumer.accept(from, to, decoded);
    return true;
  }

  private static boolean probe(char[] text, int from) {
    int bits = 0;
    int held = 0;
    for (int i = from; i < from + PROBE; i++) {
      bits = (bits << 6 | VALUES[text[i]]) & 0xFFFF;
      held += 6;
      if (held >= 8) {
        held -= 8;
        if (!isText(bits >> held & 0xFF)) {
          return false;
        }
      }
    }
    return true;
  }

  private static char @Nullable [] decode(char[] text, int from, int end) {
    int usable = end - from - ((end - from) % 4 == 1 ? 1 : 0);
    StringBuilder standard = new StringBuilder(usable);
    for (int i = from; i < from + usable; i++) {
      char c = text[i];
      standard.append(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    byte[] bytes = Base64.getDecoder().decode(standard.toString());
    int odd = 0;
    for (byte b : bytes) {
      if (!isText(b & 0xFF)) {
        odd++;
      }
    }
    // A few bytes beyond ASCII are UTF-8; many are a picture or a key, not a text.
    return odd * 8 > bytes.length ? null : new String(bytes, StandardCharsets.UTF_8).toCharArray();
  }

  private static boolean isText(int b) {
    return (b >= 0x20 && b < 0x7F) || b == '\n' || b == '\r' || b == '\t';
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    values['-'] = 62;
    values['_'] = 63;
    return values;
  }
}
