package dev.countermand.collectors.redact;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text to scan together with where each of its characters came from, so that a secret found in a
 * decoded form is cut out of the original. Views are made of views: escapes within percent-encoding
 * within base64 keep exact offsets, except that base64 maps to the whole encoded run.
 */
final class TextView {

  private static final int NO_RUN = -1;

  final char[] text;
  final boolean hasEscapes;
  final boolean hasPercents;
  private final int @Nullable [] starts;
  private final int runStart;
  private final int runEnd;

  private TextView(char[] text, int @Nullable [] starts, int runStart, int runEnd) {
    this.text = text;
    this.starts = starts;
    this.runStart = runStart;
    this.runEnd = runEnd;
    boolean escapes = false;
    boolean percents = false;
    for (char c : text) {
      escapes |= c == '\\';
      percents |= c == '%';
    }
    this.hasEscapes = escapes;
    this.hasPercents = percents;
  }

  static TextView of(String text) {
    return new TextView(text.toCharArray(), null, NO_RUN, NO_RUN);
  }

  int length() {
    return text.length;
  }

  /** Returns where the original of the character at {@code index} begins. */
  int originalStart(int index) {
    return runStart != NO_RUN ? runStart : starts == null ? index : starts[index];
  }

  /** Returns the offset just after the original of the character before {@code end}. */
  int originalEnd(int end) {
    return runStart != NO_RUN ? runEnd : starts == null ? end : starts[end];
  }

  String slice(int from, int to) {
    return new String(text, from, to - from);
  }

  /** Returns the view with backslash escapes decoded, or null when there are none. */
  @Nullable TextView unescaped() {
    if (!hasEscapes) {
      return null;
    }
    Builder out = new Builder(text.length);
    boolean changed = false;
    int i = 0;
    while (i < text.length) {
      int width = escapeWidth(i);
      if (width > 1) {
        out.add(escapeValue(i, width), originalStart(i));
        changed = true;
      } else {
        out.add(text[i], originalStart(i));
      }
      i += width;
    }
    return changed ? out.view(originalEnd(text.length), runStart, runEnd) : null;
  }

  private int escapeWidth(int i) {
    if (text[i] != '\\' || i + 1 >= text.length) {
      return 1;
    }
    char kind = text[i + 1];
    if (kind == 'u') {
      return isHex(i + 2, 4) ? 6 : 1;
    }
    if (kind == 'x') {
      return isHex(i + 2, 2) ? 4 : 1;
    }
    return "\"'\\/nrtbf`".indexOf(kind) >= 0 ? 2 : 1;
  }

  private char escapeValue(int i, int width) {
    if (width > 2) {
      return (char) Integer.parseInt(new String(text, i + 2, width - 2), 16);
    }
    return switch (text[i + 1]) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> text[i + 1];
    };
  }

  /** Returns the view with percent-encoding decoded, or null when there is none. */
  @Nullable TextView percentDecoded() {
    if (!hasPercents) {
      return null;
    }
    Builder out = new Builder(text.length);
    boolean changed = false;
    int i = 0;
    while (i < text.length) {
      int bytes = percentSequence(i);
      int next = i + Math.max(1, bytes * 3);
      if (bytes > 0) {
        int from = originalStart(i);
        for (char c : decodeUtf8(i, bytes)) {
          out.add(c, from);
          // The second half of a surrogate pair has no original of its own.
          from = originalEnd(next);
        }
        changed = true;
      } else {
        out.add(text[i], originalStart(i));
      }
      i = next;
    }
    return changed ? out.view(originalEnd(text.length), runStart, runEnd) : null;
  }

  /** How many percent-encoded bytes from {@code i} make one character; 0 when none begins here. */
  private int percentSequence(int i) {
    if (text[i] != '%' || !isHex(i + 1, 2)) {
      return 0;
    }
    int first = percentByte(i);
    int wanted = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    int count = 1;
    while (count < wanted) {
      int at = i + 3 * count;
      if (at + 2 >= text.length
          || text[at] != '%'
          || !isHex(at + 1, 2)
          || (percentByte(at) & 0xC0) != 0x80) {
        return 1;
      }
      count++;
    }
    return count;
  }

  private int percentByte(int i) {
    return Chars.hexValue(text[i + 1]) * 16 + Chars.hexValue(text[i + 2]);
  }

  private char[] decodeUtf8(int i, int count) {
    byte[] bytes = new byte[count];
    for (int k = 0; k < count; k++) {
      bytes[k] = (byte) percentByte(i + 3 * k);
    }
    return new String(bytes, StandardCharsets.UTF_8).toCharArray();
  }

  /** Returns a view of {@code decoded} whose every character maps to the run [from, to). */
  TextView decodedRun(char[] decoded, int from, int to) {
    return new TextView(decoded, null, originalStart(from), originalEnd(to));
  }

  private boolean isHex(int from, int count) {
    if (from + count > text.length) {
      return false;
    }
    for (int i = from; i < from + count; i++) {
      if (Chars.hexValue(text[i]) < 0) {
        return false;
      }
    }
    return true;
  }

  private static final class Builder {
    private final char[] chars;
    private final int[] starts;
    private int size;

    Builder(int capacity) {
      chars = new char[capacity];
      starts = new int[capacity + 1];
    }

    void add(char c, int start) {
      chars[size] = c;
      starts[size] = start;
      size++;
    }

    TextView view(int end, int runStart, int runEnd) {
      starts[size] = end;
      return new TextView(Arrays.copyOf(chars, size), starts, runStart, runEnd);
    }
  }
}
