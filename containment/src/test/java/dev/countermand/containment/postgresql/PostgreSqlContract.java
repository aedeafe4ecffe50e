package dev.countermand.containment.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.PostgresBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of revokers, and what is PostgreSQL's own, on any real server. */
abstract class PostgreSqlContract extends RevokerContract {
  @TempDir Path directory;
  private Database database;
  private PostgreSqlRevokerRig rig;

  protected abstract PostgresBackend server();

  @BeforeEach
  void prepare() {
    database = new Database(server());
    rig = new PostgreSqlRevokerRig(database, server(), directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Override
  protected final RevokerRig rig() {
    return rig;
  }

  @Test
  void anOpenSessionIsCutAndItsTransactionRolledBack() throws SQLException {
    Database.Login agent = database.createAgent();
    String table = database.createTable(agent);
    try (Connection session = database.connect(agent)) {
      session.setAutoCommit(false);
      session.createStatement().execute("DROP TABLE " + table);
      revoker().execute(rig.target(agent));
      assertThatThrownBy(session::commit).isInstanceOf(SQLException.class);
    }
    assertThat(database.hasTable(table)).isTrue();
    assertThat(revoker().verify(rig.target(agent)).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void discoveryListsTheRolesThatCanLogInWithWhatTheyCouldDestroy() {
    Database.Login owner = database.createAgent();
    Database.Login cleaner = database.createAgent();
    Database.Login member = database.createAgent();
    Database.Login idle = database.createAgent();
    String table = database.createTable(owner);
    database.asSuperuser("GRANT DELETE ON " + table + " TO \"" + cleaner.role() + "\"");
    database.asSuperuser("GRANT \"" + owner.role() + "\" TO \"" + member.role() + "\"");
    Map<String, Discovered> found =
        new PostgreSqlRevokerFactory()
                .discoverer(
                    "pg",
                    database.provider(directory, server().jdbcUrl(), Duration.ofSeconds(5)),
                    new HttpCaller(Duration.ofSeconds(5)))
                .orElseThrow()
                .discover()
                .stream()
                .collect(Collectors.toMap(Discovered::name, Function.identity()));
    assertThat(found.get(owner.role()).capabilities()).contains("destroy:table");
    assertThat(found.get(member.role()).capabilities()).contains("destroy:table");
    assertThat(found.get(cleaner.role()).capabilities())
        .contains("delete:row")
        .doesNotContain("destroy:table");
    assertThat(found.get(idle.role()).capabilities())
        .doesNotContain("destroy:table", "delete:row", "*:*");
    assertThat(found.get(server().superuser()).capabilities()).containsExactly("*:*");
    assertThat(found.get(owner.role()).handle()).isEqualTo(Map.of("role", owner.role()));
  }

  @Test
  void aServerThatDoesNotAnswerIsAnErrorThatNamesTheProvider() {
    assertThatThrownBy(
            () ->
                new PostgreSqlRevokerFactory()
                    .discoverer(
                        "pg",
                        database.provider(
                            directory,
                            "jdbc:postgresql://127.0.0.1:1/postgres",
                            Duration.ofSeconds(2)),
                        new HttpCaller(Duration.ofSeconds(2)))
                    .orElseThrow()
                    .discover())
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("\"pg\"");
  }

  @Test
  void theProofIsALoginThatIsRefusedWithSqlState28000() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("28000");
  }

  @Test
  void thePasswordOfARevokedRoleIsGoneAndItIsSaidThatItNeedsANewOne() {
    Database.Login agent = database.createAgent();
    Target target = rig.target(agent).to(Rung.REVOKE);
    Plan plan = revoker().plan(target);
    assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
    assertThat(plan.blastRadius()).contains("password is dropped and cannot be put back");
    assertThat(revoker().execute(target)).contains("NOLOGIN and no password");
    assertThat(revoker().verify(target).seen()).contains("28P01");

    assertThat(revoker().undo(target, plan.prior()).detail())
        .contains("has LOGIN again", "Give it a new one");
    database.asSuperuser("ALTER ROLE \"" + agent.role() + "\" PASSWORD 'another'");
    assertThat(database.canLogIn(agent.role(), "another")).isTrue();
  }

  @Test
  void aRoleWithAnOpenSessionIsNotDeadYet() throws SQLException {
    Database.Login agent = database.createAgent();
    try (Connection session = database.connect(agent)) {
      assertThat(session.isValid(1)).isTrue();
      database.asSuperuser("ALTER ROLE \"" + agent.role() + "\" NOLOGIN");
      assertThat(revoker().verify(rig.target(agent)).life()).isEqualTo(Proof.Life.ALIVE);
    }
  }

  @Test
  void namesThatLookLikeSqlAreOnlyNames() {
    Database.Login agent =
        database.createAgent(
            "agent \"; ALTER ROLE postgres NOLOGIN; -- " + Database.uniqueName(""));
    revoker().execute(rig.target(agent));
    assertThat(revoker().verify(rig.target(agent)).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(database.canLogIn(server().superuser(), server().password())).isTrue();
  }

  @Test
  void aRoleThatCouldNotLogInBeforeIsNotLetInByGivingItBack() {
    Database.Login agent = database.createAgent();
    database.asSuperuser("ALTER ROLE \"" + agent.role() + "\" NOLOGIN");
    Map<String, String> prior = revoker().plan(rig.target(agent)).prior();
    revoker().undo(rig.target(agent), prior);
    assertThat(rig.works(rig.target(agent))).isFalse();
  }

  @Test
  void aSuperuserIsRefused() {
    assertRefused(new Database.Login(server().superuser(), server().password()));
    assertThat(database.canLogIn(server().superuser(), server().password())).isTrue();
  }

  @Test
  void theRevokersOwnRoleIsRefused() {
    assertRefused(database.revokerLogin());
  }

  @Test
  void aRefusedLoginOfTheRevokerFailsTheCheckForGood() {
    database.asSuperuser("ALTER ROLE " + database.revokerLogin().role() + " PASSWORD 'other'");
    assertThat(catchThrowableOfType(RevokerException.class, () -> revoker().check()).kind())
        .isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void postgresqlsOwnRolesAreRefused() {
    assertRefused(new Database.Login("pg_signal_backend", "none"));
  }

  @Test
  void aRoleThatTheRevokerMayNotChangeFailsForGoodAndNamesThePrivilege() {
    Database.Login foreign = database.createForeignRole();
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(rig.target(foreign)));
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error.getMessage()).contains("CREATEROLE");
    assertThat(database.canLogIn(foreign.role(), foreign.password())).isTrue();
  }

  private void assertRefused(Database.Login login) {
    RevokerException planned =
        catchThrowableOfType(RevokerException.class, () -> revoker().plan(rig.target(login)));
    RevokerException executed =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(rig.target(login)));
    assertThat(planned.kind()).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(executed.kind()).isEqualTo(RevokerException.Kind.REFUSED);
  }
}
