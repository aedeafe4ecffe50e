package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Kind;
import dev.countermand.detectors.understand.SqlTokens.Token;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads SQL statement by statement from its tokens. No grammar of one dialect is assumed, so that a
 * statement it does not know is skipped and the next one is still read.
 */
final class SqlReader {
  private static final int MAX_NESTING = 3;
  private static final Set<String> CHANGES =
      Set.of("DELETE", "UPDATE", "DROP", "TRUNCATE", "INSERT");

  /** Whether a text that is offered as a shell command is SQL in truth. */
  static boolean startsLikeSql(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (start >= text.length() || "DdTtUuAaGgIiCcSsWwRrMm-/(".indexOf(text.charAt(start)) < 0) {
      return false;
    }
    List<Token> tokens = SqlTokens.of(text.substring(start, Math.min(text.length(), start + 300)));
    if (tokens.size() < 3) {
      return false;
    }
    Token second = tokens.get(1);
    Token third = tokens.get(2);
    if (tokens.get(0).kind() != Kind.WORD) {
      return false;
    }
    return switch (tokens.get(0).text()) {
      case "DELETE" -> second.is("FROM");
      case "DROP", "ALTER", "CREATE" ->
          second.kind() == Kind.WORD
              && (SqlDefinitions.OBJECTS.contains(second.text())
                  || (second.is("OR") && third.is("REPLACE")));
      case "TRUNCATE" -> second.is("TABLE");
      case "UPDATE" -> SqlTexts.mentions(tokens, "SET");
      case "INSERT", "MERGE", "REPLACE" -> second.is("INTO");
      case "GRANT", "REVOKE" ->
          SqlTexts.mentions(tokens, "TO") || SqlTexts.mentions(tokens, "FROM");
      case "SELECT" -> text.startsWith("SELECT", start) || SqlTexts.mentions(tokens, "FROM");
      case "WITH" -> third.is("AS");
      default -> false;
    };
  }

  void read(String text, String environment, Effects out) {
    read(text, environment, 0, out);
  }

  private void read(String text, String environment, int nesting, Effects out) {
    if (nesting > MAX_NESTING) {
      out.unread("statements within statements, more than " + MAX_NESTING + " deep");
      return;
    }
    List<Token> all = SqlTokens.of(text);
    if (!SqlTokens.isWhole(all)) {
      out.unread("it has more statements than are read");
    }
    List<Token> statement = new ArrayList<>();
    for (Token token : all) {
      if (token.symbol(";") || token.is("GO")) {
        statement(statement, environment, nesting, out);
        statement = new ArrayList<>();
      } else {
        statement.add(token);
      }
    }
    statement(statement, environment, nesting, out);
  }

  /** A plan is only shown, unless ANALYZE has the statement run to measure it. */
  private void explain(List<Token> tokens, String environment, int nesting, Effects out) {
    if (SqlTexts.mentions(tokens, "ANALYZE") || SqlTexts.mentions(tokens, "ANALYSE")) {
      inside(tokens, environment, nesting, out);
    } else {
      out.add(Verb.READ, "table", "", environment, Reversal.POSSIBLE, 0.9, SqlTexts.text(tokens));
    }
  }

  private void statement(List<Token> tokens, String environment, int nesting, Effects out) {
    int start = 0;
    while (start < tokens.size() && (tokens.get(start).symbol("(") || leads(tokens.get(start)))) {
      start++;
    }
    if (start >= tokens.size() || !out.step()) {
      return;
    }
    List<Token> rest = tokens.subList(start, tokens.size());
    switch (rest.get(0).text()) {
      case "DROP" -> SqlDefinitions.drop(rest, environment, out);
      case "TRUNCATE" ->
          SqlData.add(Verb.DESTROY, "table", SqlTexts.name(rest, 1), environment, 0.95, rest, out);
      case "DELETE" -> SqlData.rows(rest, environment, out);
      case "UPDATE" -> SqlData.rows(rest, environment, out);
      case "ALTER" -> SqlDefinitions.alter(rest, environment, out);
      case "GRANT", "REVOKE" ->
          SqlData.add(
              Verb.GRANT, "permission", SqlTexts.name(rest, 1), environment, 0.9, rest, out);
      case "SYSTEM" -> SqlData.system(rest, environment, out);
      case "DBCC" -> SqlData.repair(rest, environment, out);
      case "WITH", "MERGE", "BEGIN", "DECLARE", "IF" -> inside(rest, environment, nesting, out);
      case "EXPLAIN" -> explain(rest, environment, nesting, out);
      case "PURGE", "RESET", "FLASHBACK" ->
          SqlData.add(Verb.DESTROY, "history", SqlTexts.name(rest, 1), environment, 0.7, rest, out);
      case "SHUTDOWN", "KILL" ->
          SqlData.add(Verb.DELETE, "session", SqlTexts.name(rest, 1), environment, 0.6, rest, out);
      case "DO", "EXEC", "EXECUTE", "PREPARE", "CALL" -> dynamic(rest, environment, nesting, out);
      case "SELECT",
          "SHOW",
          "DESCRIBE",
          "DESC",
          "USE",
          "SET",
          "VALUES",
          "PRAGMA",
          "COMMIT",
          "ROLLBACK",
          "ANALYZE",
          "LIST",
          "START" ->
          SqlData.select(rest, environment, out);
      case "CREATE" -> SqlDefinitions.create(rest, environment, out);
      case "INSERT",
          "REPLACE",
          "COPY",
          "LOAD",
          "VACUUM",
          "COMMENT",
          "REFRESH",
          "REINDEX",
          "RENAME",
          "UPSERT",
          "OPTIMIZE",
          "UNDROP",
          "CLUSTER",
          "IMPORT",
          "DETACH",
          "ATTACH",
          "LOCK" ->
          SqlData.write(rest, environment, out);
      default -> inside(rest, environment, nesting, out);
    }
  }

  private static boolean leads(Token token) {
    return token.kind() == Kind.SYMBOL && token.text().equals("\\");
  }

  /** Statements within another: data-changing CTEs, blocks, and dialects it does not know. */
  private void inside(List<Token> tokens, String environment, int nesting, Effects out) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token next = i + 1 < tokens.size() ? tokens.get(i + 1) : token;
      boolean executes = token.is("EXECUTE") || token.is("EXEC") || token.is("IMMEDIATE");
      if (executes && next.kind() == Kind.STRING) {
        read(next.text(), environment, nesting + 1, out);
      }
      boolean merged = token.is("DELETE") && i > 0 && tokens.get(i - 1).is("THEN");
      if (merged) {
        SqlData.add(Verb.DELETE, "row", SqlTexts.name(tokens, 1), environment, 0.7, tokens, out);
      }
      boolean starts = i == 0 || (!tokens.get(i - 1).is("FOR") && !tokens.get(i - 1).is("ON"));
      if (!starts || !CHANGES.contains(token.text()) || !out.step()) {
        continue;
      }
      List<Token> rest = tokens.subList(i, SqlTexts.end(tokens, i));
      if ((token.is("DELETE") && next.is("FROM"))
          || (token.is("UPDATE") && SqlTexts.mentions(rest, "SET"))) {
        SqlData.rows(rest, environment, out);
      } else if (token.is("DROP") && SqlDefinitions.OBJECTS.contains(next.text())) {
        SqlDefinitions.drop(rest, environment, out);
      } else if (token.is("TRUNCATE")) {
        SqlData.add(Verb.DESTROY, "table", SqlTexts.name(rest, 1), environment, 0.9, rest, out);
      } else if (token.is("INSERT") && next.is("INTO")) {
        SqlData.write(rest, environment, out);
      }
    }
  }

  /** Code in strings: {@code DO $$ .. $$}, {@code EXEC('..')}. */
  private void dynamic(List<Token> tokens, String environment, int nesting, Effects out) {
    for (Token token : tokens) {
      if (token.is("XP_CMDSHELL")) {
        SqlData.add(Verb.EXECUTE, "program", "", environment, 0.9, tokens, out);
      }
      if (token.kind() == Kind.STRING) {
        read(token.text(), environment, nesting + 1, out);
      }
    }
    out.add(
        Verb.EXECUTE,
        "procedure",
        SqlTexts.name(tokens, 1),
        environment,
        Reversal.POSSIBLE,
        0.6,
        SqlTexts.text(tokens));
    inside(tokens, environment, nesting, out);
  }
}
