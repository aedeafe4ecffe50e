package dev.countermand.collectors.redact;

/**
 * A private key between its BEGIN and END lines, or from its BEGIN to the end of what looks like
 * its body when the END is missing, as in an output that was cut off.
 */
final class PemProbe implements Probe {

  private static final int MAX_LABEL = 64;
  private static final int MAX_BLOCK = 65_536;
  private static final int MIN_BODY = 32;

  @Override
  public void examine(Scan scan, int start, int end) {
    int label = end;
    while (label - end < MAX_LABEL && label < scan.length() && scan.at(label) != '-') {
      label++;
    }
    String name = scan.slice(end, label);
    if (!name.contains("PRIVATE KEY") || !Chars.matchesAt(scan.text, label, "-----")) {
      return;
    }
    int body = label + 5;
    int stop = body;
    int content = 0;
    while (stop < scan.length() && stop - body < MAX_BLOCK) {
      char c = scan.at(stop);
      if (c == '-' && Chars.matchesAt(scan.text, stop, "-----END")) {
        break;
      }
      if (!isBody(c)) {
        break;
      }
      content += Chars.isBase64(c) ? 1 : 0;
      stop++;
    }
    scan.budget.spend(stop - start);
    if (content < MIN_BODY) {
      return;
    }
    int close = closing(scan, stop);
    scan.report("private-key", start, close, canonical(scan, body, stop), Detection.BLOCK);
  }

  private static boolean isBody(char c) {
    return Chars.isBase64(c)
        || c == '='
        || Chars.isSpace(c)
        || c == '\\'
        || c == ':'
        || c == ','
        || c == '"'
        || c == '.'
        || c == '('
        || c == ')';
  }

  private static int closing(Scan scan, int stop) {
    if (!Chars.matchesAt(scan.text, stop, "-----END")) {
      return stop;
    }
    int i = stop + 8;
    while (i < scan.length()
        && i - stop < MAX_LABEL + 16
        && !Chars.matchesAt(scan.text, i, "-----")) {
      i++;
    }
    return Math.min(scan.length(), i + 5);
  }

  /** The body without line breaks, so that one key has one fingerprint however it was wrapped. */
  private static String canonical(Scan scan, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = scan.at(i);
      if (c == '\\') {
        i++;
      } else if (!Chars.isSpace(c) && c != '"') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
