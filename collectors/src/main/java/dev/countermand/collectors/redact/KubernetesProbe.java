package dev.countermand.collectors.redact;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The values under {@code data} of a Kubernetes Secret manifest: base64, which hides nothing. */
final class KubernetesProbe implements Probe {

  static final String KIND = "kubernetes-secret";
  private static final int MAX_DOCUMENT = 65_536;
  private static final int MIN_VALUE = 10;

  @Override
  public void examine(Scan scan, int start, int end) {
    char next = scan.at(end);
    if (Chars.isAlnum(next) || Chars.isName(scan.at(start - 1))) {
      return;
    }
    int from = documentStart(scan, start);
    int to = documentEnd(scan, end);
    scan.budget.spend(to - from);
    int dataIndent = -1;
    int lineStart = from;
    while (lineStart < to) {
      int lineEnd = lineStart;
      while (lineEnd < to && scan.at(lineEnd) != '\n') {
        lineEnd++;
      }
      int content = lineStart;
      while (content < lineEnd && Chars.isSpace(scan.at(content))) {
        content++;
      }
      if (content < lineEnd && scan.at(content) != '#') {
        int indent = content - lineStart;
        if (dataIndent >= 0 && indent > dataIndent) {
          entry(scan, content, lineEnd);
        } else {
          dataIndent = opensData(scan, content, lineEnd) ? indent : -1;
        }
      }
      lineStart = lineEnd + 1;
    }
  }

  private static boolean opensData(Scan scan, int from, int to) {
    String line = scan.slice(from, to).strip();
    return line.equals("data:") || line.equals("stringData:");
  }

  /** {@code key: value}, or a line of a block of base64. */
  private void entry(Scan scan, int from, int to) {
    String line = scan.slice(from, to);
    int colon = line.indexOf(": ");
    int start = from + (colon < 0 ? 0 : colon + 2);
    int end = to;
    while (start < end && (Chars.isSpace(scan.at(start)) || Chars.isQuote(scan.at(start)))) {
      start++;
    }
    while (end > start && (Chars.isSpace(scan.at(end - 1)) || Chars.isQuote(scan.at(end - 1)))) {
      end--;
    }
    String value = scan.slice(start, end);
    if (isValue(value)) {
      scan.report(KIND, start, end, decoded(value), Detection.COMMAND);
    }
  }

  boolean isValue(String value) {
    return value.length() >= MIN_VALUE
        && value.indexOf(' ') < 0
        && !value.endsWith(":")
        && !value.startsWith("{")
        && !value.startsWith("ENC[")
        && !Marker.OPEN.regionMatches(0, value, 0, Marker.OPEN.length())
        && !Values.isReference(value + " ")
        && value.chars().distinct().count() >= 4;
  }

  /** Returns the text that the base64 stands for, or the value itself when it is no text. */
  static String decoded(String value) {
    try {
      String text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8).strip();
      boolean readable = text.chars().allMatch(c -> c >= 0x20 && c != 0xFFFD);
      return readable && !text.isEmpty() ? text : value;
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static int documentStart(Scan scan, int at) {
    int i = at;
    while (i > 0 && at - i < MAX_DOCUMENT && !Chars.matchesAt(scan.text, i, "\n---")) {
      i--;
    }
    return i;
  }

  private static int documentEnd(Scan scan, int at) {
    int i = at;
    while (i < scan.length() && i - at < MAX_DOCUMENT && !Chars.matchesAt(scan.text, i, "\n---")) {
      i++;
    }
    return i;
  }
}
