package dev.countermand.collectors.redact;

import dev.countermand.collectors.redact.Names.NameClass;
import dev.countermand.collectors.redact.Values.Style;
import java.util.Locale;
import java.util.Set;

/**
 * A value that only its name gives away: assignments, fields, flags, headers, query parameters,
 * elements. Runs on a literal such as "token" inside a name and looks at what follows the name.
 */
final class AssignmentProbe implements Probe {

  private static final int MAX_NAME = 80;
  private static final int MAX_VALUE = 8192;
  private static final int AWS_SECRET_LENGTH = 40;
  private static final int AZURE_KEY_LENGTH = 88;
  private static final int MIN_PIECE = 16;
  private static final int MAX_PIECE = 2048;
  private static final Set<String> SCHEMES =
      Set.of(
          "bearer",
          "basic",
          "token",
          "apikey",
          "api-token",
          "api-key",
          "ssws",
          "key",
          "oauth",
          "flyv1",
          "digest",
          "jwt",
          "secret",
          "pat",
          "apptoken");

  private final Names names;
  private final Values values;
  private final Headers headers;
  private final Vendors vendors;
  private final RuleBook rules;

  AssignmentProbe(Names names, Values values, Vendors vendors, RuleBook rules) {
    this.names = names;
    this.values = values;
    this.vendors = vendors;
    this.rules = rules;
    this.headers = new Headers(values);
  }

  @Override
  public void examine(Scan scan, int start, int end) {
    if (start < scan.examinedTo) {
      return;
    }
    int from = start;
    while (from > 0 && start - from < MAX_NAME && Chars.isName(scan.at(from - 1))) {
      from--;
    }
    int to = end;
    while (to < scan.length() && to - end < MAX_NAME && Chars.isName(scan.at(to))) {
      to++;
    }
    scan.examinedTo = to;
    while (to > end && !Chars.isAlnum(scan.at(to - 1)) && scan.at(to - 1) != '_') {
      to--;
    }
    scan.budget.spend(to - from + 8L);
    if (to - from > MAX_NAME) {
      return;
    }
    String name = scan.slice(from, to);
    boolean header = Headers.isHeader(name);
    NameClass nameClass = header ? NameClass.TOKEN : names.classify(name);
    if (nameClass == NameClass.NONE) {
      return;
    }
    if (isScheme(name)) {
      scheme(scan, name, to);
      return;
    }
    int at = Separator.valueStart(scan, from, to);
    if (at == Separator.NONE) {
      return;
    }
    boolean flag = scan.at(from) == '-' || scan.at(from - 1) == '-';
    if (at == to + 1 && Separator.isPlain(scan, to) && !flag) {
      nameClass = NameClass.KEY;
    }
    if (scan.at(at - 1) == '>' && scan.at(from - 1) == '<') {
      element(scan, name, nameClass, at);
    } else {
      value(scan, header ? name : vendors.qualified(scan, from, name), nameClass, at);
    }
  }

  /** {@code Bearer abc} wherever it stands. */
  private void scheme(Scan scan, String name, int to) {
    if (scan.at(to) == ' ' && Chars.isBase64(scan.at(to + 1))) {
      int end = bareEnd(scan, to + 1, NameClass.TOKEN);
      scan.budget.spend(end - to);
      headers.credentials(scan, name, to + 1, end, Detection.ASSIGNMENT);
    }
  }

  private static boolean isScheme(String name) {
    return name.equalsIgnoreCase("bearer");
  }

  /** The text of an element such as {@code <password>...</password>}. */
  private void element(Scan scan, String name, NameClass nameClass, int from) {
    int end = from;
    while (end < scan.length() && end - from < MAX_VALUE && scan.at(end) != '<') {
      end++;
    }
    scan.budget.spend(end - from + 8L);
    judge(scan, name, nameClass, from, end, Style.QUOTED);
  }

  /** Judges a value whose name is known from outside, as in a JSON field. */
  void value(Scan scan, String name, NameClass nameClass, int from) {
    int at = from;
    boolean template = scan.at(from) == '{' && scan.at(from + 1) == '{';
    while (!template && at - from < 4 && isOpener(scan.at(at))) {
      at++;
    }
    char quote = scan.at(at);
    boolean quoted = Chars.isQuote(quote);
    int start = quoted ? at + 1 : at;
    int end = quoted ? quotedEnd(scan, start, quote) : bareEnd(scan, start, nameClass);
    scan.budget.spend(end - start + 8L);
    if (quoted && isNameOfValue(scan, name, end + 1)) {
      return;
    }
    if (!quoted && isVerdict(scan, name, start, end)) {
      return;
    }
    judge(scan, name, nameClass, start, end, quoted ? Style.QUOTED : Style.BARE);
  }

  /** {@code PASS: all parameters work}, as tests print it: a sentence and no password. */
  private static boolean isVerdict(Scan scan, String name, int start, int end) {
    if (!name.equals("PASS") && !name.equals("Pass")) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!Character.isLetter(scan.at(i))) {
        return false;
      }
    }
    return scan.at(end) == ' ' && Character.isLetter(scan.at(end + 1));
  }

  void judge(Scan scan, String name, NameClass nameClass, int from, int to, Style style) {
    int start = from;
    int end = to;
    while (start < end && Chars.isSpace(scan.at(start))) {
      start++;
    }
    while (end > start && (Chars.isSpace(scan.at(end - 1)) || isTrailer(scan, start, end, style))) {
      end--;
    }
    if (end <= start || Marker.end(scan.text, start, rules) > 0) {
      return;
    }
    if (Headers.isCookie(name)) {
      int line = style == Style.QUOTED ? end : lineEnd(scan, start);
      scan.budget.spend(4L * (line - start));
      headers.cookies(scan, start, line);
      return;
    }
    int word = wordEnd(scan, start, end);
    boolean scheme = SCHEMES.contains(scan.slice(start, word).toLowerCase(Locale.ROOT));
    if (scheme && style == Style.BARE && scan.at(word) == ' ') {
      end = bareEnd(scan, word + 1, nameClass);
    }
    if (scheme && word < end) {
      headers.credentials(scan, scan.slice(start, word), word + 1, end, rank(name));
      return;
    }
    whole(scan, name, nameClass, start, end, style);
  }

  private void whole(Scan scan, String name, NameClass nameClass, int start, int end, Style style) {
    String value = scan.slice(start, end);
    boolean phrase =
        nameClass == NameClass.PASSWORD && value.length() <= 64 && value.indexOf('\n') < 0;
    if (phrase
        && value.indexOf(' ') >= 0
        && Values.hasDigit(value)
        && Values.hasSymbol(value.replace(" ", ""))) {
      scan.report(kind(name, value, nameClass), start, end, rank(name));
      return;
    }
    if (value.indexOf(' ') >= 0 || value.indexOf('\n') >= 0) {
      pieces(scan, nameClass, start, end);
      return;
    }
    if (Headers.isHeader(name) && !values.isPlaceholder(value) && Values.isUuid(value)) {
      scan.report(kind(name, value, nameClass), start, end, rank(name));
    } else if (isAuthorization(name, value)) {
      scan.report(kind(name, value, nameClass), start, end, rank(name));
    } else if (headers.userAndPassword(scan, name, value, start, end)) {
      return;
    } else if (values.isSecret(nameClass, value, style)
        && !isCall(scan, end, style, value)
        && !(isKey(nameClass) && vendors.ruleOut(name, value))) {
      scan.report(kind(name, value, nameClass), start, end, rank(name));
    }
  }

  /** A vendor issues keys and tokens; a password or a secret may be of the user's own making. */
  private static boolean isKey(NameClass nameClass) {
    return nameClass == NameClass.KEY
        || nameClass == NameClass.API_KEY
        || nameClass == NameClass.TOKEN;
  }

  /** Credentials without a scheme, of whatever characters. */
  private boolean isAuthorization(String name, String value) {
    return name.equalsIgnoreCase("authorization")
        && value.length() >= 16
        && Values.hasDigit(value)
        && !Values.isReference(value)
        && !values.isPlaceholder(value);
  }

  /** A value of several words, as in an element's text: each is judged as a token would be. */
  private void pieces(Scan scan, NameClass nameClass, int from, int to) {
    int start = from;
    boolean digit = false;
    for (int i = from; i <= to; i++) {
      char c = i < to ? scan.at(i) : ' ';
      if (Chars.isSpace(c) || "{}[](),;\"'<>".indexOf(c) >= 0) {
        if (digit && i - start >= MIN_PIECE && i - start <= MAX_PIECE) {
          piece(scan, nameClass, start, i);
        }
        start = i + 1;
        digit = false;
      } else {
        digit |= Chars.isDigit(c);
      }
    }
  }

  private void piece(Scan scan, NameClass nameClass, int from, int to) {
    int start = scan.at(from) == '.' ? from + 1 : from;
    String value = scan.slice(start, to);
    // What is called a secret may hold symbols, but then it must be random beyond doubt.
    boolean strong = nameClass == NameClass.SECRET && Values.hasSymbol(value);
    if (values.isSecret(strong ? NameClass.TOKEN : NameClass.KEY, value, Style.QUOTED)) {
      scan.report(kind("", "", nameClass), start, to, Detection.ASSIGNMENT);
    }
  }

  private static int rank(String name) {
    return Headers.isHeader(name) ? Detection.HEADER : Detection.ASSIGNMENT;
  }

  private static String kind(String name, String value, NameClass nameClass) {
    if (Headers.isHeader(name)) {
      return "http-header";
    }
    String folded = name.toLowerCase(Locale.ROOT);
    if (value.length() == AWS_SECRET_LENGTH && folded.contains("aws")) {
      return "aws-secret-key";
    }
    if (value.length() == AZURE_KEY_LENGTH && value.endsWith("==") && folded.contains("key")) {
      return "azure-storage-key";
    }
    if (folded.contains("railway") && Values.isUuid(value)) {
      return "railway-token";
    }
    return switch (nameClass) {
      case PASSWORD -> "password";
      case SECRET -> "generic-secret";
      case KEY -> "generic-key";
      default -> "generic-token";
    };
  }

  /** In {@code key="X" value="..."} the key is a name. */
  private static boolean isNameOfValue(Scan scan, String name, int from) {
    if (!name.equalsIgnoreCase("key")) {
      return false;
    }
    int i = from;
    while (i - from < 40 && i < scan.length() && !Chars.isAlnum(scan.at(i))) {
      i++;
    }
    return Chars.matchesFoldedAt(scan.text, i, "value");
  }

  private static boolean isOpener(char c) {
    return c == '\\' || c == '{' || c == '[' || c == '(' || c == '@' || c == ' ';
  }

  /** A bare identifier before a bracket or a dot is code that computes the value. */
  private static boolean isCall(Scan scan, int end, Style style, String value) {
    if (style == Style.QUOTED) {
      return false;
    }
    char next = scan.at(end);
    boolean elided = next == '.' && scan.at(end + 1) == '.' && Values.isIssued(value);
    boolean blank = next == '}' && !Values.hasDigit(value);
    return elided
        || blank
        || next == '('
        || next == '['
        || (next == '.' && !Values.hasDigit(value));
  }

  private static boolean isTrailer(Scan scan, int start, int end, Style style) {
    char c = scan.at(end - 1);
    if (style == Style.QUOTED) {
      return c == '\\';
    }
    return c == '.' || c == ',' || c == ';' || c == ':' || (c == '}' && scan.at(start - 1) == '{');
  }

  private static int quotedEnd(Scan scan, int from, char quote) {
    int i = from;
    while (i < scan.length() && i - from < MAX_VALUE && scan.at(i) != quote && scan.at(i) != '\n') {
      i += scan.at(i) == '\\' && scan.at(i + 1) != quote ? 2 : 1;
    }
    return Math.min(i, scan.length());
  }

  private static int bareEnd(Scan scan, int from, NameClass nameClass) {
    String stops =
        nameClass == NameClass.PASSWORD
            ? "\"'`;<>"
            : nameClass == NameClass.SECRET ? "\"'`;,}" : "\"'`;,)}]<>&|\\";
    boolean query = isParameter(scan, from);
    int i = from;
    while (i < scan.length() && i - from < MAX_VALUE) {
      char c = scan.at(i);
      boolean escape = c == '\\' && "nrt\"'".indexOf(scan.at(i + 1)) >= 0;
      if (Chars.isSpace(c) || escape || (query && c == '&') || stops.indexOf(c) >= 0) {
        break;
      }
      i++;
    }
    return i;
  }

  /** Whether the name before {@code =} at {@code from} is a parameter in a URL. */
  private static boolean isParameter(Scan scan, int from) {
    int i = from - 2;
    while (from - i < MAX_NAME && Chars.isName(scan.at(i))) {
      i--;
    }
    return scan.at(from - 1) == '=' && (scan.at(i) == '?' || scan.at(i) == '&');
  }

  private static int wordEnd(Scan scan, int from, int to) {
    int i = from;
    while (i < to && scan.at(i) != ' ') {
      i++;
    }
    return i;
  }

  private static int lineEnd(Scan scan, int from) {
    int i = from;
    while (i < scan.length() && i - from < MAX_VALUE && "\n\r\"'".indexOf(scan.at(i)) < 0) {
      i++;
    }
    return i;
  }
}
