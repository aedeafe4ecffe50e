package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Token;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What SQL statements do that read and change data, or see to the server. */
final class SqlData {
  /** Where databases keep the hashes of passwords. */
  private static final Set<String> PASSWORDS =
      Set.of("PG_SHADOW", "PG_AUTHID", "SYSLOGINS", "SQL_LOGINS", "MYSQL.USER", "DBA_USERS");

  private SqlData() {}

  static void rows(List<Token> tokens, String environment, Effects out) {
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

  /** The tokens of a condition, from an index to what ends it. */
  static List<Token> condition(List<Token> tokens, int from) {
    int end = tokens.size();
    for (String stop : List.of("RETURNING", "LIMIT", "ORDER")) {
      int at = SqlTexts.topLevel(tokens, stop);
      if (at > from && at < end) {
        end = at;
      }
    }
    return tokens.subList(Math.min(from, end), end);
  }

  /** ClickHouse: what {@code SYSTEM DROP REPLICA} drops is not fetched again. */
  static void system(List<Token> tokens, String environment, Effects out) {
    if (SqlTexts.mentions(tokens, "REPLICA") && SqlTexts.mentions(tokens, "DROP")) {
      add(Verb.DESTROY, "replica", SqlTexts.name(tokens, 3), environment, 0.8, tokens, out);
    } else {
      write(tokens, environment, out);
    }
  }

  /** SQL Server: a repair that may throw away what it cannot read. */
  static void repair(List<Token> tokens, String environment, Effects out) {
    if (SqlTexts.mentions(tokens, "REPAIR_ALLOW_DATA_LOSS")) {
      add(Verb.DELETE, "row", "", environment, 0.7, tokens, out);
    } else {
      select(tokens, environment, out);
    }
  }

  static void write(List<Token> tokens, String environment, Effects out) {
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

  static void select(List<Token> tokens, String environment, Effects out) {
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

  /** Adds what cannot be undone. */
  static void add(
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
