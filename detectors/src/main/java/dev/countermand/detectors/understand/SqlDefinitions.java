package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.SqlTokens.Kind;
import dev.countermand.detectors.understand.SqlTokens.Token;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What SQL statements do that define, alter and drop the objects of a database. */
final class SqlDefinitions {
  /** What such a statement may name after its first word. */
  static final Set<String> OBJECTS =
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

  private SqlDefinitions() {}

  static void drop(List<Token> tokens, String environment, Effects out) {
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
    SqlData.add(
        verb,
        object.toLowerCase(Locale.ROOT),
        SqlTexts.name(tokens, 2),
        environment,
        confidence,
        tokens,
        out);
  }

  static void alter(List<Token> tokens, String environment, Effects out) {
    String object = tokens.size() > 1 ? tokens.get(1).text() : "";
    if (object.equals("USER") || object.equals("ROLE") || object.equals("LOGIN")) {
      SqlData.add(Verb.GRANT, "role", SqlTexts.name(tokens, 2), environment, 0.85, tokens, out);
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
        SqlData.add(
            Verb.DESTROY, "partition", SqlTexts.name(tokens, 2), environment, 0.9, tokens, out);
      } else if (rule) {
        SqlData.write(tokens, environment, out);
      } else {
        SqlData.add(Verb.DELETE, "column", SqlTexts.name(tokens, 2), environment, 0.9, tokens, out);
      }
      return;
    }
    if (SqlTexts.topLevel(tokens, "CLEAR") > 0) {
      SqlData.add(Verb.DELETE, "column", SqlTexts.name(tokens, 2), environment, 0.8, tokens, out);
      return;
    }
    int delete = SqlTexts.topLevel(tokens, "DELETE");
    if (delete > 0) {
      boolean all =
          SqlConditions.alwaysTrue(
              SqlData.condition(tokens, SqlTexts.topLevel(tokens, "WHERE") + 1));
      SqlData.add(
          Verb.DESTROY,
          "table",
          SqlTexts.name(tokens, 2),
          environment,
          all ? 0.95 : 0.45,
          tokens,
          out);
      return;
    }
    SqlData.write(tokens, environment, out);
  }

  static void create(List<Token> tokens, String environment, Effects out) {
    boolean account =
        SqlTexts.mentions(tokens.subList(0, Math.min(3, tokens.size())), "USER")
            || SqlTexts.mentions(tokens.subList(0, Math.min(3, tokens.size())), "ROLE");
    if (account) {
      SqlData.add(Verb.GRANT, "role", SqlTexts.name(tokens, 2), environment, 0.85, tokens, out);
    } else if (tokens.size() > 3 && tokens.get(2).is("REPLACE") && tokens.get(3).is("TABLE")) {
      SqlData.add(Verb.DESTROY, "table", SqlTexts.name(tokens, 4), environment, 0.7, tokens, out);
    } else {
      SqlData.write(tokens, environment, out);
    }
  }
}
