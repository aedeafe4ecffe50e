package dev.countermand.containment.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a role keeps that is narrowed, and what it does not. */
class PostgreSqlNarrowingTest {
  private final PostgresBackend server = TestServers.postgres();
  private final Database database = new Database(server);
  private final String schema = database.schema();
  @AutoClose private PostgreSqlRevokerRig rig;
  @AutoClose private Revoker revoker;
  private Target target;
  private String role;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new PostgreSqlRevokerRig(database, server, directory);
    revoker = rig.revoker();
    target = rig.freshTarget().to(Rung.NARROW);
    role = String.valueOf(target.handle().get("role"));
  }

  @Test
  void theProofIsTheCatalogAndATryAsTheRole() {
    assertThat(revoker.plan(target).blastRadius()).startsWith("6 privilege(s) of role " + role);
    assertThat(revoker.execute(target)).startsWith("6 privilege(s) of role " + role);
    assertThat(revoker.verify(target).seen())
        .contains("no privilege to change something", "1 table(s)", "42501");
  }

  @Test
  void whatAnOpenTransactionHasChangedIsRolledBack() throws SQLException {
    try (Connection session = connect()) {
      session.setAutoCommit(false);
      session.createStatement().execute("DELETE FROM " + schema + ".t");
      revoker.execute(target);
      assertThatThrownBy(session::commit).isInstanceOf(SQLException.class);
    }
    assertThat(rig.reads(target)).isTrue();
    assertThat(count(schema + ".t")).isEqualTo(1);
  }

  @Test
  void anOpenTransactionThatHasChangedSomethingIsSeen() throws SQLException {
    revoker.execute(target);
    database.asSuperuser("GRANT INSERT ON " + schema + ".t TO " + role);
    try (Connection session = connect()) {
      session.setAutoCommit(false);
      session.createStatement().execute("INSERT INTO " + schema + ".t VALUES (7, 'late')");
      database.asSuperuser("REVOKE INSERT ON " + schema + ".t FROM " + role);
      assertAlive("an open transaction of session");
    }
  }

  @Test
  void whatItOwnsIsSeen() {
    String table = database.createTable(new Database.Login(role, "unused"));
    revoker.execute(target);
    assertAlive("1 object(s) that " + role + " owns", "public." + table + " as " + role);
  }

  @Test
  void whatItCanChangeAsAnotherRoleOrAsEverybodyIsSeen() {
    String group = Database.uniqueName("group");
    database.asSuperuser(
        "CREATE ROLE "
            + group
            + " CREATEDB; GRANT "
            + group
            + " TO "
            + role
            + " WITH INHERIT FALSE; GRANT DELETE ON "
            + schema
            + ".t TO "
            + group);
    revoker.execute(target);
    assertAlive("the attributes of " + group, schema + ".t as " + group);

    database.asSuperuser("REVOKE " + group + " FROM " + role);
    assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);
    database.asSuperuser("GRANT UPDATE (note) ON " + schema + ".t TO PUBLIC");
    try {
      assertAlive(schema + ".t as " + role);
    } finally {
      database.asSuperuser("REVOKE UPDATE (note) ON " + schema + ".t FROM PUBLIC");
    }
  }

  @Test
  void whatTheRevokerMayNotRevokeIsToldBeforeAndSeenAfter() {
    String table = Database.uniqueName("foreign");
    database.asSuperuser(
        "CREATE TABLE " + table + " (x int); GRANT INSERT, SELECT ON " + table + " TO " + role);
    assertThat(revoker.plan(target).blastRadius())
        .contains("it keeps 1 that the revoker may not revoke");
    revoker.execute(target);
    assertAlive("public." + table + " as " + role);
  }

  @Test
  void functionsThatRunWithTheirOwnersRightsAreTold() {
    String function = schema + "." + Database.uniqueName("f");
    database.asSuperuser(
        "CREATE FUNCTION "
            + function
            + "() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
    revoker.execute(target);
    Proof proof = revoker.verify(target);
    database.asSuperuser("DROP FUNCTION " + function);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("function(s) that run with their owner's rights");
  }

  @Test
  void whatIsGoneWhenItIsGivenBackIsLeftOutAndTold() {
    database.asSuperuser(
        "CREATE TABLE "
            + schema
            + ".\"a \"\"; b\" (x int); ALTER TABLE "
            + schema
            + ".\"a \"\"; b\" OWNER TO "
            + schema
            + "; GRANT DELETE ON "
            + schema
            + ".\"a \"\"; b\" TO "
            + role);
    Object before = rig.description(target);
    Map<String, String> prior = revoker.plan(target).prior();
    revoker.execute(target);
    revoker.undo(target, prior);
    assertThat(rig.description(target)).isEqualTo(before);

    revoker.execute(target);
    database.asSuperuser("DROP TABLE " + schema + ".\"a \"\"; b\"");
    assertThat(revoker.undo(target, prior).detail())
        .contains("but 1 on what is not there any more");
    assertThat(rig.changes(target)).isTrue();
  }

  @Test
  void whatItGrantedToOthersIsNotTakenFromThem() {
    Database.Login other = database.createAgent();
    database.asSuperuser(
        "SET ROLE " + role + "; GRANT INSERT ON " + schema + ".t TO " + other.role());
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker.execute(target));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error.getMessage()).contains("suspend");
    assertThat(rig.changes(target)).isTrue();
  }

  @Test
  void morePrivilegesThanAreRememberedAreNotTaken() {
    String columns =
        IntStream.rangeClosed(0, Grants.MAX / 2)
            .mapToObj(i -> "c" + i)
            .collect(Collectors.joining(", "));
    String table = schema + ".wide";
    database.asSuperuser(
        "CREATE TABLE "
            + table
            + " ("
            + columns.replace(",", " int,")
            + " int); ALTER TABLE "
            + table
            + " OWNER TO "
            + schema
            + "; GRANT INSERT ("
            + columns
            + "), UPDATE ("
            + columns
            + ") ON "
            + table
            + " TO "
            + role);
    for (Runnable call :
        new Runnable[] {() -> revoker.plan(target), () -> revoker.execute(target)}) {
      RevokerException error = catchThrowableOfType(RevokerException.class, call::run);
      assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(error.getMessage()).contains("2008", "suspend");
    }
    assertThat(rig.changes(target)).isTrue();
  }

  private void assertAlive(String... told) {
    Proof proof = revoker.verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains(told);
  }

  private Connection connect() throws SQLException {
    return database.connect(new Database.Login(role, target.secret().orElseThrow()));
  }

  private int count(String table) throws SQLException {
    try (Connection session = connect();
        var rows = session.createStatement().executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
