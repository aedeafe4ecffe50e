package dev.countermand.detectors.understand;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits SQL of the usual dialects into tokens in one pass; comments are left out. */
final class SqlTokens {

  /** What a token is. */
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    SYMBOL
  }

  /**
   * A token.
   *
   * @param kind what it is
   * @param text words in upper case, names and strings without their quotes
   */
  record Token(Kind kind, String text) {

    boolean is(String word) {
      return kind == Kind.WORD && text.equals(word);
    }

    boolean symbol(String symbol) {
      return kind == Kind.SYMBOL && text.equals(symbol);
    }
  }

  private static final int MAX_TOKENS = 20_000;

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private SqlTokens(String text) {
    this.text = text;
  }

  /** Whether these are all tokens of their text. */
  static boolean isWhole(List<Token> tokens) {
    return tokens.size() < MAX_TOKENS;
  }

  /** The tokens of a text, or as many of them as are read. */
  static List<Token> of(String text) {
    SqlTokens tokens = new SqlTokens(text);
    while (tokens.at < text.length() && tokens.tokens.size() < MAX_TOKENS) {
      tokens.next();
    }
    return tokens.tokens;
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (text.startsWith("--", at)) {
      skipLine();
    } else if (text.startsWith("/*", at)) {
      comment();
    } else if (c == '\'') {
      add(Kind.STRING, quoted('\''));
    } else if (c == '"' || c == '`') {
      add(Kind.QUOTED, quoted(c));
    } else if (c == '[' && closesAsName()) {
      add(Kind.QUOTED, quoted(']'));
    } else if (c == '$' && dollar()) {
      return;
    } else if (Character.isLetter(c) || c == '_' || c == '@') {
      word();
    } else if (Character.isDigit(c)) {
      number();
    } else {
      symbol();
    }
  }

  private void add(Kind kind, String value) {
    tokens.add(new Token(kind, value));
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  /** A comment; what stands in a {@code /*! .. *}{@code /} comment is run by MySQL. */
  private void comment() {
    if (text.startsWith("/*!", at)) {
      at += 3;
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
      return;
    }
    int end = text.indexOf("*/", at + 2);
    at = end < 0 ? text.length() : end + 2;
  }

  private String quoted(char close) {
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == close) {
        boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == close;
        if (!doubled) {
          at++;
          break;
        }
        at++;
      }
      value.append(c);
      at++;
    }
    return value.toString();
  }

  private boolean closesAsName() {
    int end = text.indexOf(']', at);
    return end > at
        && end - at < 130
        && at + 1 < text.length()
        && Character.isLetter(text.charAt(at + 1));
  }

  private boolean dollar() {
    int end = at + 1;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    if (end >= text.length() || text.charAt(end) != '$') {
      return false;
    }
    String tag = text.substring(at, end + 1);
    int close = text.indexOf(tag, end + 1);
    add(Kind.STRING, text.substring(end + 1, close < 0 ? text.length() : close));
    at = close < 0 ? text.length() : close + tag.length();
    return true;
  }

  private void word() {
    int end = at;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || "_$@#".indexOf(text.charAt(end)) >= 0)) {
      end++;
    }
    add(Kind.WORD, text.substring(at, end).toUpperCase(Locale.ROOT));
    at = end;
  }

  private void number() {
    int end = at;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    add(Kind.NUMBER, text.substring(at, end));
    at = end;
  }

  private void symbol() {
    boolean two =
        at + 1 < text.length()
            && ("<>".indexOf(text.charAt(at)) >= 0 || text.charAt(at) == '!')
            && "=>".indexOf(text.charAt(at + 1)) >= 0;
    add(Kind.SYMBOL, text.substring(at, at + (two ? 2 : 1)));
    at += two ? 2 : 1;
  }
}
