package dev.countermand.collectors.redact;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The password in {@code scheme://user:password@host}: it is cut out, user and host stay. */
final class UrlProbe implements Probe {

  private static final int MAX_AUTHORITY = 1024;

  private final Values values;

  UrlProbe(Values values) {
    this.values = values;
  }

  @Override
  public void examine(Scan scan, int start, int end) {
    int colon = -1;
    int at = -1;
    int i = end;
    for (; i < scan.length() && i - end < MAX_AUTHORITY; i++) {
      char c = scan.at(i);
      if (c == '@') {
        at = i;
      } else if (c == ':' && colon < 0) {
        colon = i;
      } else if (endsAuthority(c, at >= 0)) {
        break;
      }
    }
    scan.budget.spend(i - end + 8L);
    if (at < 0) {
      return;
    }
    if (colon < 0 || colon > at) {
      tokenAsUser(scan, end, at);
    } else {
      password(scan, colon + 1, at);
    }
  }

  /** A '/', '?' or '#' before the '@' is part of a badly encoded password more often than not. */
  private static boolean endsAuthority(char c, boolean afterAt) {
    return Chars.isSpace(c)
        || c == '"'
        || c == '\''
        || c == '<'
        || c == '>'
        || c == '`'
        || c == '/'
        || (afterAt && (c == '?' || c == '#'));
  }

  private void password(Scan scan, int from, int to) {
    String raw = scan.slice(from, to);
    if (raw.isEmpty() || isVariable(raw)) {
      return;
    }
    scan.report("url-password", from, to, decode(raw), Detection.URL);
  }

  /** {@code https://TOKEN@host}: a token where the user would be. */
  private void tokenAsUser(Scan scan, int from, int to) {
    String user = scan.slice(from, to);
    if (user.length() >= 20
        && user.indexOf('.') < 0
        && Values.isIssued(user)
        && values.isRandom(user, 20)
        && !values.isPlaceholder(user)) {
      scan.report("url-token", from, to, Detection.URL);
    }
  }

  private static boolean isVariable(String raw) {
    char first = raw.charAt(0);
    return first == '$'
        || first == '{'
        || first == '<'
        || first == '['
        || first == '*'
        || raw.equalsIgnoreCase("xxx")
        || raw.equals("...")
        || (first == '%' && raw.endsWith("%") && raw.length() > 2)
        || (raw.length() > 3 && raw.chars().allMatch(c -> c == 'x' || c == 'X' || c == '*'));
  }

  private static String decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return raw;
    }
  }
}
