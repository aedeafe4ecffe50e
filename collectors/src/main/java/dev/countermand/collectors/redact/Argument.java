package dev.countermand.collectors.redact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One word of a command line with its quotes removed, and where its characters stand.
 *
 * @param text the word without quotes
 * @param start offset of its first character
 * @param end offset just after its last character
 * @param offsets where each character of the text stands
 */
@SuppressWarnings("ArrayRecordComponent") // Local to one scan, never compared.
record Argument(String text, int start, int end, int[] offsets) {

  int offset(int index) {
    return index < offsets.length ? offsets[index] : end;
  }

  /** Returns the words from {@code from} to the end of the command: a line, '|', ';' or '&'. */
  static List<Argument> parse(Scan scan, int from, int maxLength, int maxWords) {
    List<Argument> words = new ArrayList<>();
    int limit = Math.min(scan.length(), from + maxLength);
    int i = from;
    while (i < limit && words.size() < maxWords) {
      char c = scan.at(i);
      if (c == '\\' && (scan.at(i + 1) == '\n' || scan.at(i + 1) == '\r')) {
        i += 2;
      } else if (c == ' ' || c == '\t') {
        i++;
      } else if (c == '\n' || c == '|' || c == ';' || c == '&') {
        break;
      } else {
        i = word(scan, i, limit, words);
      }
    }
    return words;
  }

  private static int word(Scan scan, int from, int limit, List<Argument> words) {
    StringBuilder text = new StringBuilder();
    int[] offsets = new int[16];
    char quote = '\0';
    int i = from;
    for (; i < limit; i++) {
      char c = scan.at(i);
      if (quote == '\0' && (Chars.isSpace(c) || c == '|' || c == ';')) {
        break;
      }
      if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = '\0';
      } else {
        if (text.length() == offsets.length) {
          offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[text.length()] = i;
        text.append(c);
      }
    }
    if (text.length() > 0) {
      int[] exact = Arrays.copyOf(offsets, text.length());
      words.add(new Argument(text.toString(), exact[0], exact[exact.length - 1] + 1, exact));
    }
    return Math.max(i, from + 1);
  }
}
