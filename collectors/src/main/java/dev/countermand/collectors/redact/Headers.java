package dev.countermand.collectors.redact;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is special about HTTP: schemes, Basic credentials, cookies. */
final class Headers {

  private static final Set<String> CREDENTIALS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "x-api-key",
          "x-auth-token",
          "x-access-token",
          "x-vault-token",
          "project-access-token",
          "private-token",
          "x-gitlab-token",
          "x-amz-security-token",
          "cookie",
          "set-cookie");
  private static final int MIN_CREDENTIAL = 8;

  private final Values values;

  Headers(Values values) {
    this.values = values;
  }

  static boolean isHeader(String name) {
    return CREDENTIALS.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean isCookie(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return folded.equals("cookie") || folded.equals("set-cookie");
  }

  /** The credentials after a scheme such as Bearer. */
  void credentials(Scan scan, String scheme, int from, int to, int rank) {
    int start = from;
    while (start < to && scan.at(start) == ' ') {
      start++;
    }
    String value = scan.slice(start, to).strip();
    int end = start + value.length();
    if (scheme.equalsIgnoreCase("digest")) {
      digest(scan, start, end);
      return;
    }
    if (value.indexOf(' ') >= 0) {
      int space = value.indexOf(' ');
      value = value.substring(0, space);
      end = start + space;
    }
    if (value.length() < MIN_CREDENTIAL || values.isPlaceholder(value) || isVariable(value)) {
      return;
    }
    if (scheme.equalsIgnoreCase("basic")) {
      String password = basicPassword(value);
      if (password != null) {
        scan.report("http-basic", start, end, password, rank);
        return;
      }
    }
    boolean long20 = value.length() >= 20 && Values.hasDigit(value);
    if (Values.isIssued(value) && (long20 || values.isRandom(value, MIN_CREDENTIAL))) {
      scan.report("http-" + kind(scheme), start, end, rank);
    }
  }

  private static String kind(String scheme) {
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "bearer" -> "bearer";
      case "basic" -> "basic";
      default -> "authorization";
    };
  }

  private void digest(Scan scan, int from, int to) {
    int at = scan.slice(from, to).indexOf("response=\"");
    if (at >= 0) {
      int start = from + at + "response=\"".length();
      int end = start;
      while (end < to && scan.at(end) != '"') {
        end++;
      }
      scan.report("http-digest", start, end, Detection.HEADER);
    }
  }

  /** Base64 of user:password in a field such as a Docker registry's {@code auth}. */
  boolean userAndPassword(Scan scan, String name, String value, int start, int end) {
    if (!name.toLowerCase(Locale.ROOT).endsWith("auth") || value.length() < 12) {
      return false;
    }
    String password = basicPassword(value);
    if (password == null) {
      return false;
    }
    scan.report("http-basic", start, end, password, Detection.HEADER);
    return true;
  }

  /** Returns the password in base64 of user:password, or null when it is not that. */
  static @Nullable String basicPassword(String value) {
    String body = value.replace("=", "").replace('-', '+').replace('_', '/');
    for (int i = 0; i < body.length(); i++) {
      if (!Chars.isBase64(body.charAt(i))) {
        return null;
      }
    }
    if (body.length() % 4 == 1) {
      return null;
    }
    String decoded = new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
    int colon = decoded.indexOf(':');
    boolean printable =
        decoded.chars().allMatch(c -> c >= 0x20 || c == '\n' || c == '\r' || c == '\t');
    if (colon < 0 || !printable || decoded.indexOf('\uFFFD') >= 0) {
      return null;
    }
    String password = decoded.substring(colon + 1).strip();
    return password.isEmpty() ? decoded.substring(0, colon) : password;
  }

  void cookies(Scan scan, int from, int to) {
    int i = from;
    while (i < to) {
      int end = i;
      while (end < to && scan.at(end) != ';') {
        end++;
      }
      int equals = i;
      while (equals < end && scan.at(equals) != '=') {
        equals++;
      }
      if (equals < end) {
        cookie(scan, scan.slice(i, equals).strip(), equals + 1, end);
      }
      i = end + 1;
    }
  }

  private void cookie(Scan scan, String name, int from, int to) {
    String value = scan.slice(from, to).strip();
    String folded = name.toLowerCase(Locale.ROOT);
    boolean session =
        folded.contains("sess")
            || folded.contains("auth")
            || folded.contains("token")
            || folded.contains("sid")
            || folded.contains("jwt")
            || folded.contains("remember");
    boolean long16 = values.isRandom(value, 16);
    if (!values.isPlaceholder(value) && (long16 || (session && value.length() >= 8))) {
      scan.report("http-cookie", from, from + value.length(), Detection.HEADER);
    }
  }

  private static boolean isVariable(String value) {
    return value.startsWith("$")
        || value.startsWith("{")
        || value.startsWith("<")
        || value.contains("${")
        || value.contains("$(")
        || (value.startsWith("%") && value.endsWith("%"));
  }
}
