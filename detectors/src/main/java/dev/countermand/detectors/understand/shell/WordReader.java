package dev.countermand.detectors.understand.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cursor over shell text that reads words: quotes, escapes, variables and substitutions. */
final class WordReader {
  private static final int MAX_NESTING = 40;
  private static final int MAX_EXPANSION = 4_096;
  private static final int MAX_UNCLOSED = 64;

  private final String text;
  private final Map<String, String> variables;
  private int at;
  private boolean complete = true;
  private int unclosed;

  private StringBuilder out = new StringBuilder();
  private boolean quoted;
  private boolean dynamic;
  private List<String> substitutions = List.of();

  WordReader(String text, Map<String, String> variables) {
    this.text = text;
    this.variables = variables;
  }

  boolean complete() {
    return complete;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  int position() {
    return at;
  }

  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
  }

  void advance(int n) {
    at = Math.min(text.length(), at + n);
  }

  boolean startsWith(String prefix) {
    return text.startsWith(prefix, at);
  }

  void skipBlanks() {
    while (!atEnd() && (peek() == ' ' || peek() == '\t' || peek() == '\r')) {
      at++;
    }
  }

  void skipSpace() {
    while (!atEnd() && Character.isWhitespace(peek())) {
      at++;
    }
  }

  void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  void skipDigits() {
    while (!atEnd() && Character.isDigit(peek())) {
      at++;
    }
  }

  /** Skips {@code (( .. ))} and returns the scripts in it, which run. */
  List<String> skipArithmetic() {
    int end = Scripts.closing(text, at, MAX_NESTING);
    String inside = text.substring(at, Math.min(end, text.length()));
    advance(end + 1 - at);
    return Scripts.substitutions(inside, MAX_NESTING);
  }

  /** Skips the bracket at the cursor to the one that closes it. */
  void skipBracket() {
    advance(Scripts.closing(text, at, MAX_NESTING) + 1 - at);
  }

  /** Whether digits directly before a redirection stand here, as in {@code 2>file}. */
  boolean isDescriptor() {
    int i = at;
    while (i < text.length() && Character.isDigit(text.charAt(i))) {
      i++;
    }
    return i > at
        && i - at < 4
        && i < text.length()
        && (text.charAt(i) == '>' || text.charAt(i) == '<')
        && (i + 1 >= text.length() || text.charAt(i + 1) != '(');
  }

  /** The lines up to the delimiter, without it; the rest of the text when it never comes. */
  String hereDocument(String delimiter, boolean stripTabs) {
    StringBuilder body = new StringBuilder();
    while (!atEnd()) {
      int end = text.indexOf('\n', at);
      String line = text.substring(at, end < 0 ? text.length() : end);
      advance(line.length() + 1);
      String bare = stripTabs ? line.stripLeading() : line;
      if (bare.equals(delimiter) || bare.stripTrailing().equals(delimiter)) {
        return body.toString();
      }
      body.append(bare).append('\n');
    }
    complete = false;
    return body.toString();
  }

  /** The whole of {@code [[ .. ]]} as one word; the cursor stands after {@code [[}. */
  Word conditional() {
    int end = text.indexOf("]]", at);
    String inside = text.substring(at, end < 0 ? text.length() : end);
    WordReader inner = new WordReader(inside, variables);
    List<String> runs = new ArrayList<>();
    while (!inner.atEnd()) {
      int before = inner.position();
      runs.addAll(inner.word().substitutions());
      if (inner.position() == before) {
        inner.advance(1);
      }
    }
    advance(inside.length() + 2);
    return new Word("[[", true, false, runs);
  }

  /** The word at the cursor; an empty one, and no advance, when an operator stands there. */
  Word word() {
    out = new StringBuilder();
    quoted = false;
    dynamic = false;
    substitutions = List.of();
    while (!atEnd() && part()) {}
    return new Word(out.toString(), quoted, dynamic, List.copyOf(substitutions));
  }

  private boolean part() {
    char c = peek();
    switch (c) {
      case ' ', '\t', '\r', '\n', ';', '&', '|', '(', ')' -> {
        return extendedGlob(c);
      }
      case '<', '>' -> {
        if (peek(1) != '(') {
          return false;
        }
        at++;
        substitution();
      }
      case '\\' -> escape();
      case '\'' -> singleQuoted();
      case '"' -> doubleQuoted();
      case '`' -> backticks();
      case '$' -> dollar(false);
      default -> {
        out.append(c);
        at++;
      }
    }
    return true;
  }

  private boolean extendedGlob(char c) {
    if (c != '(' || out.isEmpty() || "!@?+*".indexOf(out.charAt(out.length() - 1)) < 0 || quoted) {
      return false;
    }
    int end = Scripts.closing(text, at, MAX_NESTING);
    out.append(text, at, Math.min(text.length(), end + 1));
    at = Math.min(text.length(), end + 1);
    return true;
  }

  private void escape() {
    if (peek(1) == '\n') {
      at += 2;
      return;
    }
    quoted = true;
    if (at + 1 < text.length()) {
      out.append(peek(1));
    }
    advance(2);
  }

  private void singleQuoted() {
    quoted = true;
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      complete = false;
      end = text.length();
    }
    out.append(text, at + 1, end);
    at = Math.min(text.length(), end + 1);
  }

  private void doubleQuoted() {
    quoted = true;
    at++;
    while (!atEnd() && peek() != '"') {
      char c = peek();
      if (c == '\\' && "$`\"\\\n".indexOf(peek(1)) >= 0 && peek(1) != 0) {
        if (peek(1) != '\n') {
          out.append(peek(1));
        }
        at += 2;
      } else if (c == '$') {
        dollar(true);
      } else if (c == '`') {
        backticks();
      } else {
        out.append(c);
        at++;
      }
    }
    complete &= !atEnd();
    advance(1);
  }

  private void backticks() {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != '`') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    end = Math.min(end, text.length());
    complete &= end < text.length();
    run(text.substring(at + 1, end).replace("\\`", "`"));
    at = Math.min(text.length(), end + 1);
  }

  private void substitution() {
    int end = Scripts.closing(text, at, MAX_NESTING);
    complete &= end < text.length();
    run(text.substring(at + 1, Math.min(end, text.length())));
    at = Math.min(text.length(), end + 1);
  }

  private void addSubstitutions(List<String> scripts) {
    if (scripts.isEmpty()) {
      return;
    }
    dynamic = true;
    if (substitutions.isEmpty()) {
      substitutions = new ArrayList<>();
    }
    substitutions.addAll(scripts);
  }

  private void run(String script) {
    boolean before = dynamic;
    addSubstitutions(List.of(script));
    String said = Scripts.spoken(script);
    dynamic = before || said == null;
    if (said == null) {
      out.append("$(").append(Scripts.inOneWord(script)).append(')');
    } else {
      out.append(said);
    }
  }

  private void dollar(boolean inQuotes) {
    char next = peek(1);
    if (next == '\'' && !inQuotes) {
      ansiQuoted();
    } else if (next == '"' && !inQuotes) {
      at++;
    } else if (next == '(' && peek(2) == '(') {
      int end = Scripts.closing(text, at + 1, MAX_NESTING);
      addSubstitutions(
          Scripts.substitutions(text.substring(at + 2, Math.min(end, text.length())), MAX_NESTING));
      dynamic = true;
      out.append('0');
      at = Math.min(text.length(), end + 1);
    } else if (next == '(') {
      at++;
      substitution();
    } else if (next == '{') {
      braced();
    } else if (isNameChar(next) || ("@*#?!-$".indexOf(next) >= 0 && next != 0)) {
      named(next);
    } else {
      out.append('$');
      at++;
    }
  }

  private void named(char first) {
    int end = at + 2;
    while ((Character.isLetter(first) || first == '_')
        && end < text.length()
        && isNameChar(text.charAt(end))) {
      end++;
    }
    String name = text.substring(at + 1, end);
    at = end;
    expand(name, "$" + name);
  }

  private void braced() {
    // What is left open is a mistake that a shell refuses; looking for its end again and again is
    // slow.
    int end = unclosed < MAX_UNCLOSED ? Scripts.closingBrace(text, at + 1) : -1;
    if (end < 0) {
      unclosed++;
      out.append("${");
      at += 2;
      complete = false;
      return;
    }
    String inside = text.substring(at + 2, end);
    at = end + 1;
    int n = 0;
    while (n < inside.length() && isNameChar(inside.charAt(n))) {
      n++;
    }
    addSubstitutions(Scripts.substitutions(inside, MAX_NESTING));
    String name = inside.substring(0, n);
    String rest = inside.substring(n);
    if (!variables.containsKey(name) && (rest.startsWith(":-") || rest.startsWith("-"))) {
      out.append(rest.substring(rest.startsWith(":-") ? 2 : 1));
      return;
    }
    expand(name, "${" + inside + "}");
  }

  private void expand(String name, String asWritten) {
    String value = variables.get(name);
    if (value == null || out.length() > MAX_EXPANSION) {
      dynamic = true;
      out.append(asWritten);
    } else {
      out.append(value, 0, Math.min(value.length(), MAX_EXPANSION));
    }
  }

  private void ansiQuoted() {
    quoted = true;
    at += 2;
    while (!atEnd() && peek() != '\'') {
      if (peek() == '\\' && at + 1 < text.length()) {
        at = AnsiEscapes.append(text, at + 1, out);
      } else {
        out.append(peek());
        at++;
      }
    }
    complete &= !atEnd();
    advance(1);
  }

  static boolean isNameChar(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
