package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Kind;
import dev.countermand.detectors.understand.SqlTokens.Token;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads SQL statement by statement from its tokens. No grammar of one dialect is assumed, so that a
 * statement it does not know is skipped and the next one is still read.
 */
final class SqlReader {
  private static final int MAX_NESTING = 3;
  private static final Set<String> CHANGES =
      Set.of("DELETE", "UPDATE", "DROP", "TRUNCATE", "INSERT");
  private static final Set<String> OBJECTS =
      Set.of(
          "TABLE",
          "DATABASE",
          "SCHEMA",
          "KEYSPACE",
          "TABLESPACE",
          "COLLECTION",
          "CATALOG",
          "USER",
          "ROLE",
          "LOGIN",
          "VIEW",
          "INDEX",
          "TRIGGER",
          "FUNCTION",
          "PROCEDURE",
          "SEQUENCE",
          "TYPE",
          "EXTENSION",
          "POLICY",
          "OWNED",
          "MATERIALIZED",
          "FOREIGN",
          "TEMPORARY",
          "SERVER",
          "PUBLICATION",
          "SUBSCRIPTION",
          "PARTITION",
          "CONSTRAINT",
          "DOMAIN",
          "EVENT",
          "DICTIONARY",
          "WAREHOUSE",
          "STAGE",
          "STREAM",
          "TASK",
          "PIPE",
          "GROUP",
          "SYNONYM",
          "AGGREGATE");

  /** Where databases keep the hashes of passwords. */
  private static final Set<String> PASSWORDS =
      Set.of("PG_SHADOW", "PG_AUTHID", "SYSLOGINS", "SQL_LOGINS", "MYSQL.USER", "DBA_USERS");

  private static final Set<String> CONTAINERS =
      Set.of(
          "TABLE",
          "DATABASE",
          "SCHEMA",
          "KEYSPACE",
          "TABLESPACE",
          "COLLECTION",
          "CATALOG",
          "OWNED",
          "WAREHOUSE",
          "EXTENSION",
          "PARTITION");

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
              && (OBJECTS.contains(second.text()) || (second.is("OR") && third.is("REPLACE")));
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
    List<Token> statement = new ArrayList<>();
    for (Token token : SqlTokens.of(text)) {
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
      case "DROP" -> drop(rest, environment, out);
      case "TRUNCATE" ->
          add(Verb.DESTROY, "table", SqlTexts.name(rest, 1), environment, 0.95, rest, out);
      case "DELETE" -> rows(rest, environment, out);
      case "UPDATE" -> rows(rest, environment, out);
      case "ALTER" -> alter(rest, environment, out);
      case "GRANT", "REVOKE" ->
          add(Verb.GRANT, "permission", SqlTexts.name(rest, 1), environment, 0.9, rest, out);
      case "SYSTEM" -> system(rest, environment, out);
      case "DBCC" -> repair(rest, environment, out);
      case "WITH", "MERGE", "BEGIN", "DECLARE", "IF" -> inside(rest, environment, nesting, out);
      case "EXPLAIN" -> explain(rest, environment, nesting, out);
      case "PURGE", "RESET", "FLASHBACK" ->
          add(Verb.DESTROY, "history", SqlTexts.name(rest, 1), environment, 0.7, rest, out);
      case "SHUTDOWN", "KILL" ->
          add(Verb.DELETE, "session", SqlTexts.name(rest, 1), environment, 0.6, rest, out);
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
          select(rest, environment, out);
      case "CREATE" -> create(rest, environment, out);
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
          write(rest, environment, out);
      default -> inside(rest, environment, nesting, out);
    }
  }

  private static boolean leads(Token token) {
    return token.kind() == Kind.SYMBOL && token.text().equals("\\");
  }

  private void drop(List<Token> tokens, String environment, Effects out) {
    String object = "object";
    for (int i = 1; i < Math.min(4, tokens.size()); i++) {
      if (tokens.get(i).kind() == Kind.WORD && OBJECTS.contains(tokens.get(i).text())) {
        object = tokens.get(i).text();
        break;
      }
    }
    boolean whole = CONTAINERS.contains(object);
    Verb verb = whole ? Verb.DESTROY : Verb.DELETE;
    double confidence = object.equals("object") ? 0.6 : whole ? 0.97 : 0.8;
    add(
        verb,
        object.toLowerCase(Locale.ROOT),
        SqlTexts.name(tokens, 2),
        environment,
        confidence,
        tokens,
        out);
  }

  private void rows(List<Token> tokens, String environment, Effects out) {
    boolean update = tokens.get(0).is("UPDATE");
    if (update && !SqlTexts.mentions(tokens, "SET")) {
      return;
    }
    int where = SqlTexts.topLevel(tokens, "WHERE");
    List<Token> condition = where < 0 ? List.of() : condition(tokens, where + 1);
    boolean all = where < 0 || SqlConditions.alwaysTrue(condition);
    boolean limited =
        (where < 0 && SqlTexts.topLevel(tokens, "LIMIT") > 0) || usesJoin(tokens, where);
    String name = SqlTexts.name(tokens, 1);
    if (all && !limited) {
      add(Verb.DESTROY, "table", name, environment, update ? 0.8 : 0.95, tokens, out);
    } else if (update) {
      out.add(
          Verb.WRITE,
          "row",
          name,
          Environments.of(name, environment),
          Reversal.POSSIBLE,
          0.8,
          SqlTexts.text(tokens));
    } else {
      // The condition may match one row or most of them; without any, as many as the limit says.
      double confidence = where < 0 && SqlTexts.topLevel(tokens, "LIMIT") > 0 ? 0.6 : 0.45;
      add(Verb.DELETE, "row", name, environment, confidence, tokens, out);
    }
  }

  private static boolean usesJoin(List<Token> tokens, int where) {
    return where < 0
        && (SqlTexts.topLevel(tokens, "USING") > 0 || SqlTexts.topLevel(tokens, "JOIN") > 0);
  }

  private static List<Token> condition(List<Token> tokens, int from) {
    int end = tokens.size();
    for (String stop : List.of("RETURNING", "LIMIT", "ORDER")) {
      int at = SqlTexts.topLevel(tokens, stop);
      if (at > from && at < end) {
        end = at;
      }
    }
    return tokens.subList(Math.min(from, end), end);
  }

  private void alter(List<Token> tokens, String environment, Effects out) {
    String object = tokens.size() > 1 ? tokens.get(1).text() : "";
    if (object.equals("USER") || object.equals("ROLE") || object.equals("LOGIN")) {
      add(Verb.GRANT, "role", SqlTexts.name(tokens, 2), environment, 0.85, tokens, out);
      return;
    }
    int drop = SqlTexts.topLevel(tokens, "DROP");
    if (drop > 0) {
      Token what = drop + 1 < tokens.size() ? tokens.get(drop + 1) : tokens.get(drop);
      boolean rule =
          what.is("CONSTRAINT")
              || what.is("DEFAULT")
              || what.is("NOT")
              || what.is("INDEX")
              || what.is("KEY")
              || what.is("EXPRESSION")
              || what.is("IDENTITY");
      if (what.is("PARTITION")) {
        add(Verb.DESTROY, "partition", SqlTexts.name(tokens, 2), environment, 0.9, tokens, out);
      } else if (rule) {
        write(tokens, environment, out);
      } else {
        add(Verb.DELETE, "column", SqlTexts.name(tokens, 2), environment, 0.9, tokens, out);
      }
      return;
    }
    if (SqlTexts.topLevel(tokens, "CLEAR") > 0) {
      add(Verb.DELETE, "column", SqlTexts.name(tokens, 2), environment, 0.8, tokens, out);
      return;
    }
    int delete = SqlTexts.topLevel(tokens, "DELETE");
    if (delete > 0) {
      boolean all =
          SqlConditions.alwaysTrue(condition(tokens, SqlTexts.topLevel(tokens, "WHERE") + 1));
      add(
          Verb.DESTROY,
          "table",
          SqlTexts.name(tokens, 2),
          environment,
          all ? 0.95 : 0.45,
          tokens,
          out);
      return;
    }
    write(tokens, environment, out);
  }

  private void create(List<Token> tokens, String environment, Effects out) {
    boolean account =
        SqlTexts.mentions(tokens.subList(0, Math.min(3, tokens.size())), "USER")
            || SqlTexts.mentions(tokens.subList(0, Math.min(3, tokens.size())), "ROLE");
    if (account) {
      add(Verb.GRANT, "role", SqlTexts.name(tokens, 2), environment, 0.85, tokens, out);
    } else if (tokens.size() > 3 && tokens.get(2).is("REPLACE") && tokens.get(3).is("TABLE")) {
      add(Verb.DESTROY, "table", SqlTexts.name(tokens, 4), environment, 0.7, tokens, out);
    } else {
      write(tokens, environment, out);
    }
  }

  /** ClickHouse: what {@code SYSTEM DROP REPLICA} drops is not fetched again. */
  private void system(List<Token> tokens, String environment, Effects out) {
    if (SqlTexts.mentions(tokens, "REPLICA") && SqlTexts.mentions(tokens, "DROP")) {
      add(Verb.DESTROY, "replica", SqlTexts.name(tokens, 3), environment, 0.8, tokens, out);
    } else {
      write(tokens, environment, out);
    }
  }

  /** SQL Server: a repair that may throw away what it cannot read. */
  private void repair(List<Token> tokens, String environment, Effects out) {
    if (SqlTexts.mentions(tokens, "REPAIR_ALLOW_DATA_LOSS")) {
      add(Verb.DELETE, "row", "", environment, 0.7, tokens, out);
    } else {
      select(tokens, environment, out);
    }
  }

  private void write(List<Token> tokens, String environment, Effects out) {
    if (tokens.get(0).is("DETACH") && SqlTexts.mentions(tokens, "PERMANENTLY")) {
      add(Verb.DELETE, "table", SqlTexts.name(tokens, 2), environment, 0.6, tokens, out);
      return;
    }
    boolean program = tokens.get(0).is("COPY") && SqlTexts.mentions(tokens, "PROGRAM");
    out.add(
        program ? Verb.EXECUTE : Verb.WRITE,
        program ? "program" : "table",
        SqlTexts.name(tokens, 1),
        environment,
        Reversal.of(!program),
        0.8,
        SqlTexts.text(tokens));
  }

  private void select(List<Token> tokens, String environment, Effects out) {
    if (tokens.get(0).is("SET")
        && (SqlTexts.mentions(tokens, "GLOBAL") || SqlTexts.mentions(tokens, "PERSIST"))) {
      add(Verb.WRITE, "server-setting", SqlTexts.name(tokens, 1), environment, 0.8, tokens, out);
    }
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (PASSWORDS.contains(token.text().toUpperCase(Locale.ROOT))) {
        add(Verb.READ_SECRET, "credential", token.text(), environment, 0.7, tokens, out);
      }
      boolean call = i + 1 < tokens.size() && tokens.get(i + 1).symbol("(");
      if (token.is("OUTFILE") || token.is("DUMPFILE")) {
        add(Verb.WRITE, "file", "", environment, 0.8, tokens, out);
      } else if (token.is("XP_CMDSHELL") || (call && token.is("LOAD_EXTENSION"))) {
        add(Verb.EXECUTE, "program", "", environment, 0.9, tokens, out);
      } else if (call && token.is("PG_DROP_REPLICATION_SLOT")) {
        add(Verb.DELETE, "replication-slot", "", environment, 0.8, tokens, out);
      } else if (call && (token.is("LO_UNLINK") || token.is("PG_TERMINATE_BACKEND"))) {
        add(Verb.DELETE, "session", "", environment, 0.6, tokens, out);
      } else if (call && (token.is("PG_READ_FILE") || token.is("LOAD_FILE"))) {
        add(Verb.READ_SECRET, "file", "", environment, 0.6, tokens, out);
      }
    }
    out.add(Verb.READ, "table", "", environment, Reversal.POSSIBLE, 0.9, SqlTexts.text(tokens));
  }

  /** Statements within another: data-changing CTEs, blocks, and dialects it does not know. */
  private void inside(List<Token> tokens, String environment, int nesting, Effects out) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token next = i + 1 < tokens.size() ? tokens.get(i + 1) : token;
      boolean executes = token.is("EXECUTE") || token.is("EXEC") || token.is("IMMEDIATE");
      if (executes && next.kind() == Kind.STRING && nesting < MAX_NESTING) {
        read(next.text(), environment, nesting + 1, out);
      }
      boolean merged = token.is("DELETE") && i > 0 && tokens.get(i - 1).is("THEN");
      if (merged) {
        add(Verb.DELETE, "row", SqlTexts.name(tokens, 1), environment, 0.7, tokens, out);
      }
      boolean starts = i == 0 || (!tokens.get(i - 1).is("FOR") && !tokens.get(i - 1).is("ON"));
      if (!starts || !CHANGES.contains(token.text()) || !out.step()) {
        continue;
      }
      List<Token> rest = tokens.subList(i, SqlTexts.end(tokens, i));
      if ((token.is("DELETE") && next.is("FROM"))
          || (token.is("UPDATE") && SqlTexts.mentions(rest, "SET"))) {
        rows(rest, environment, out);
      } else if (token.is("DROP") && OBJECTS.contains(next.text())) {
        drop(rest, environment, out);
      } else if (token.is("TRUNCATE")) {
        add(Verb.DESTROY, "table", SqlTexts.name(rest, 1), environment, 0.9, rest, out);
      } else if (token.is("INSERT") && next.is("INTO")) {
        write(rest, environment, out);
      }
    }
  }

  /** Code in strings: {@code DO $$ .. $$}, {@code EXEC('..')}. */
  private void dynamic(List<Token> tokens, String environment, int nesting, Effects out) {
    for (Token token : tokens) {
      if (token.is("XP_CMDSHELL")) {
        add(Verb.EXECUTE, "program", "", environment, 0.9, tokens, out);
      }
      if (token.kind() == Kind.STRING && nesting < MAX_NESTING) {
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

  private static void add(
      Verb verb,
      String type,
      String name,
      String environment,
      double confidence,
      List<Token> tokens,
      Effects out) {
    out.add(
        verb,
        type,
        name,
        Environments.of(name, environment),
        Reversal.IMPOSSIBLE,
        confidence,
        SqlTexts.text(tokens));
  }
}
