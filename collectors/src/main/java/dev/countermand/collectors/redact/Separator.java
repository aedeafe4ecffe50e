package dev.countermand.collectors.redact;

/**
 * Finds where the value begins that belongs to a name: after {@code =}, {@code :}, {@code =>}, an
 * XML tag's end, a comma between arguments, a default of a shell or script variable, and so on.
 */
final class Separator {

  /** No value follows. */
  static final int NONE = -1;

  private static final int MAX_PADDING = 40;

  private final Scan scan;
  private final int nameStart;
  private final int nameEnd;

  private Separator(Scan scan, int nameStart, int nameEnd) {
    this.scan = scan;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
  }

  /** Returns where the value of the name in [nameStart, nameEnd) begins, or {@link #NONE}. */
  static int valueStart(Scan scan, int nameStart, int nameEnd) {
    return new Separator(scan, nameStart, nameEnd).find();
  }

  private int find() {
    int i = nameEnd;
    boolean closed = false;
    while (i - nameEnd < 5 && isCloser(scan.at(i))) {
      closed = true;
      i++;
    }
    int afterSpace = skipSpaces(i);
    if (scan.at(afterSpace) == '\n') {
      int next = skipSpaces(afterSpace + 1);
      afterSpace = scan.at(next) == '=' ? next : afterSpace;
    }
    int pair = pairedValue(afterSpace);
    if (pair != NONE) {
      return pair;
    }
    int sign = sign(afterSpace, closed);
    if (sign != NONE) {
      return skipBreak(sign);
    }
    return spaced(i, afterSpace, closed);
  }

  /** {@code <add key="X" value="..."/>} and {@code {"name":"X","value":"..."}}. */
  private int pairedValue(int from) {
    int i = from;
    while (i - from < 4 && (scan.at(i) == ',' || Chars.isQuote(scan.at(i)) || scan.at(i) == '\\')) {
      i++;
    }
    i = skipSpaces(scan.at(i) == '\n' ? i + 1 : i);
    while (Chars.isQuote(scan.at(i))) {
      i++;
    }
    if (!Chars.matchesFoldedAt(scan.text, i, "value")) {
      return NONE;
    }
    i += "value".length();
    while (Chars.isQuote(scan.at(i)) || scan.at(i) == '\\') {
      i++;
    }
    i = skipSpaces(i);
    return scan.at(i) == '=' || scan.at(i) == ':' ? skipSpaces(i + 1) : NONE;
  }

  private int sign(int i, boolean closed) {
    char c = scan.at(i);
    char next = scan.at(i + 1);
    return switch (c) {
      case '=' -> next == '>' || next == '=' ? i + (scan.at(i + 2) == '=' ? 3 : 2) : i + 1;
      case ':' -> next == '=' || next == '-' ? i + 2 : next == ':' ? NONE : i + 1;
      case '!' -> next == '=' ? i + (scan.at(i + 2) == '=' ? 3 : 2) : NONE;
      case '-' -> next == '>' || next == ' ' ? i + 2 : NONE;
      case '|' -> next == '|' ? i + 2 : NONE;
      case '?' -> next == '?' || next == ':' || next == '=' ? i + 2 : NONE;
      case ',' -> closed ? i + 1 : NONE;
      case '(' -> Chars.isQuote(next) ? i + 1 : next == ')' ? returned(i + 2) : NONE;
      case '{' -> Chars.isQuote(scan.at(skipBreak(i + 1))) ? i + 1 : NONE;
      case '>' -> scan.at(nameStart - 1) == '<' ? i + 1 : NONE;
      default -> NONE;
    };
  }

  /** The literal that a function of this name returns. */
  private int returned(int from) {
    for (int i = from; i < Math.min(scan.length(), from + MAX_PADDING); i++) {
      if (scan.at(i) == '\n') {
        return NONE;
      }
      if (Chars.matchesFoldedAt(scan.text, i, "return ") && Chars.isQuote(scan.at(i + 7))) {
        return i + 7;
      }
    }
    return NONE;
  }

  /** A name and its value with only space between: a flag, or a quoted value. */
  private int spaced(int closeEnd, int i, boolean closed) {
    if (i == closeEnd || i >= scan.length()) {
      return NONE;
    }
    boolean flag = scan.at(nameStart) == '-' || scan.at(nameStart - 1) == '-';
    char c = scan.at(i);
    if (flag && !closed && c != '-') {
      return i;
    }
    if (!closed && Chars.isQuote(c)) {
      return i;
    }
    return (isUpperName() || isPlain(scan, nameEnd)) && Chars.isAlnum(c) ? i : NONE;
  }

  /** A name and one space: {@code using token abc}. The value must then be beyond doubt. */
  static boolean isPlain(Scan scan, int nameEnd) {
    return scan.at(nameEnd) == ' ' && Chars.isAlnum(scan.at(nameEnd + 1));
  }

  /** {@code ENV API_TOKEN abc} in a Dockerfile; {@code {ACCESS_KEY AQAA abc}} elsewhere. */
  private boolean isUpperName() {
    boolean underscore = false;
    for (int i = nameStart; i < nameEnd; i++) {
      if (Chars.isLower(scan.at(i))) {
        return false;
      }
      underscore |= scan.at(i) == '_';
    }
    return underscore;
  }

  private int skipBreak(int i) {
    int j = skipSpaces(i);
    if (scan.at(j) == '\r') {
      j++;
    }
    if (scan.at(j) == '\n') {
      int k = skipSpaces(j + 1);
      return Chars.isQuote(scan.at(k)) ? k : j;
    }
    return j;
  }

  private int skipSpaces(int from) {
    int i = from;
    while (i - from < MAX_PADDING && (scan.at(i) == ' ' || scan.at(i) == '\t')) {
      i++;
    }
    return i;
  }

  private static boolean isCloser(char c) {
    return Chars.isQuote(c) || c == ']' || c == ')' || c == '\\';
  }
}
