package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Kind;
import dev.countermand.detectors.understand.SqlTokens.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Questions about a list of SQL tokens. */
final class SqlTexts {
  private static final int MAX_INNER = 1_000;
  private static final Set<String> NOISE =
      Set.of(
          "IF",
          "EXISTS",
          "ONLY",
          "TABLE",
          "MATERIALIZED",
          "CONCURRENTLY",
          "FROM",
          "INTO",
          "LOW_PRIORITY",
          "QUICK",
          "IGNORE",
          "FOREIGN",
          "TEMPORARY",
          "UNIQUE",
          "BY");

  private SqlTexts() {}

  /** Where a statement that starts inside another one ends. */
  static int end(List<Token> tokens, int from) {
    int depth = 0;
    int limit = Math.min(tokens.size(), from + MAX_INNER);
    for (int i = from; i < limit; i++) {
      if (tokens.get(i).symbol("(")) {
        depth++;
      } else if (tokens.get(i).symbol(")") && --depth < 0) {
        return i;
      }
    }
    return limit;
  }

  /** Whether a keyword stands anywhere in the tokens. */
  static boolean mentions(List<Token> tokens, String word) {
    return tokens.stream().anyMatch(token -> token.is(word));
  }

  /** The index of a keyword outside of brackets; -1 without one. */
  static int topLevel(List<Token> tokens, String word) {
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.symbol("(")) {
        depth++;
      } else if (token.symbol(")")) {
        depth--;
      } else if (depth <= 0 && token.is(word)) {
        return i;
      }
    }
    return -1;
  }

  /** The first name from an index on, dots included. */
  static String name(List<Token> tokens, int from) {
    StringBuilder name = new StringBuilder();
    for (Token token : tokens.subList(Math.min(from, tokens.size()), tokens.size())) {
      boolean dot = token.symbol(".");
      boolean part = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED;
      if (name.isEmpty() && (token.kind() == Kind.WORD && NOISE.contains(token.text()))) {
        continue;
      }
      if (!dot && (!part || (!name.isEmpty() && name.charAt(name.length() - 1) != '.'))) {
        break;
      }
      name.append(dot ? "." : token.kind() == Kind.WORD ? lower(token) : token.text());
    }
    return name.toString();
  }

  private static String lower(Token token) {
    return token.text().toLowerCase(Locale.ROOT);
  }

  /** The tokens as text, for a person to read. */
  static String text(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      if (text.length() > 220) {
        break;
      }
      boolean tight = text.isEmpty() || token.symbol(".") || text.charAt(text.length() - 1) == '.';
      text.append(tight ? "" : " ");
      text.append(token.kind() == Kind.STRING ? "'" + token.text() + "'" : token.text());
    }
    return text.toString();
  }
}
