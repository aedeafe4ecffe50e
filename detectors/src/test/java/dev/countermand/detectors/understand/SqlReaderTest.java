package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import dev.countermand.model.Verb;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlReaderTest {
  private final Understanding understanding = Understanding.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE users",
        "drop table if exists app.users cascade",
        "/* x */ DROP -- y\n DATABASE shop",
        "/*!50000 DROP TABLE users */",
        "TRUNCATE orders",
        "DELETE FROM users",
        "DELETE FROM [dbo].[users];",
        "DELETE FROM users WHERE 1=1",
        "DELETE FROM users WHERE id IS NOT NULL",
        "DELETE FROM users WHERE name = 'x' OR 'a' = 'a'",
        "DELETE FROM users WHERE (true)",
        "UPDATE users SET password = 'x'",
        "WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone",
        "SELECT 1; DROP SCHEMA public CASCADE",
        "ALTER TABLE users DROP PARTITION '2024'",
        "ALTER TABLE events DELETE WHERE 1",
        "DO $$ BEGIN DROP TABLE users; END $$",
        "EXEC('DROP TABLE users')",
        "BEGIN TRY DELETE FROM users END TRY"
      })
  void aWholeTableOrMoreIsDestroyed(String statement) {
    assertThat(understanding.sql(statement))
        .anyMatch(effect -> effect.verb() == Verb.DESTROY && effect.destructive());
    assertThat(Assessment.of(understanding.sql(statement)).verdict()).isEqualTo(Decision.DENY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM users",
        "SELECT 'DROP TABLE users'",
        "SELECT * FROM users -- DROP TABLE users",
        "DELETE FROM users WHERE id = 7",
        "DELETE FROM users WHERE active = false",
        "UPDATE users SET name = 'x' WHERE id = 7",
        "INSERT INTO log VALUES ('DELETE FROM users')",
        "CREATE TABLE t (id int)",
        "CREATE TABLE t (id int REFERENCES u ON DELETE CASCADE)",
        "ALTER TABLE t ADD COLUMN c int",
        "CREATE TRIGGER t AFTER DELETE ON u FOR EACH ROW EXECUTE FUNCTION f()",
        "EXPLAIN SELECT 1",
        ""
      })
  void whatOnlyReadsOrWritesIsNotDestructive(String statement) {
    assertThat(Assessment.of(understanding.sql(statement)).destructive()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GRANT ALL ON users TO public, GRANT",
    "ALTER ROLE app SUPERUSER, GRANT",
    "CREATE USER x, GRANT",
    "COPY t TO PROGRAM 'sh', EXECUTE",
    "ALTER TABLE t DROP COLUMN c, DELETE",
    "DROP USER alice, DELETE"
  })
  void otherStatementsHaveTheirVerb(String statement, Verb verb) {
    assertThat(understanding.sql(statement)).anyMatch(effect -> effect.verb() == verb);
  }

  @ParameterizedTest
  @CsvSource({"shop_prod.users, production", "test.users, development"})
  void theNameSaysTheEnvironment(String table, String environment) {
    assertThat(understanding.sql("DROP TABLE " + table).get(0).resource().environment())
        .isEqualTo(environment);
  }
}
