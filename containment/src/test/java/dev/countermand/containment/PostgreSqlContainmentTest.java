package dev.countermand.containment;

import static dev.countermand.model.StepState.ACCEPTED;
import static dev.countermand.model.StepState.AWAITING_APPROVAL;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.REFUSED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.containment.postgresql.Database;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Credential;
import dev.countermand.model.Decision;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgreSqlContainmentTest {
  private static final String AGENT = "agent-7";

  private final PostgresBackend postgres = TestServers.postgres();
  private final Database database = new Database(postgres);
  @AutoClose private Rig rig;

  @BeforeEach
  void prepare(@TempDir Path directory) {
    rig = new Rig(directory);
    rig.provider("db", database.provider(directory, postgres.jdbcUrl(), Duration.ofSeconds(5)));
  }

  @Test
  void aSessionIsCutAndLoginRefusedWithinASecondAndAReleaseLetsTheAgentInAgain()
      throws SQLException, IOException {
    Database.Login agent = database.createAgent();
    Rig.Token credential = register(agent);
    rig.start(Mode.ENFORCE);
    // The first order of a JVM pays for loading classes; the one that is measured comes after.
    rig.await(rig.contain("other", register(database.createAgent())), Step.REVOKE, VERIFIED);

    try (Connection session = database.connect(agent)) {
      assertThat(session.isValid(2)).isTrue();
      ContainmentOrder order = rig.contain(AGENT, credential);
      ContainmentOutcome dead = rig.await(order, Step.REVOKE, VERIFIED);

      assertThat(Duration.between(order.time(), dead.time())).isLessThan(Duration.ofSeconds(1));
      assertThat(dead.proof()).contains("28000");
      assertThat(dead.prior()).containsEntry("login", "true").containsEntry("role", agent.role());
      assertThatThrownBy(() -> session.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
      assertThat(database.canLogIn(agent.role(), agent.password())).isFalse();
    }

    ContainmentOrder release = rig.release(AGENT);
    rig.await(release, Step.RELEASE, VERIFIED);
    assertThat(rig.states(release.id(), Step.RESTORE)).contains(VERIFIED);
    assertThat(database.canLogIn(agent.role(), agent.password())).isTrue();

    rig.await(rig.contain(AGENT, credential), Step.REVOKE, VERIFIED);
    assertThat(database.canLogIn(agent.role(), agent.password())).isFalse();
    rig.assertNowhere(agent.password());
  }

  @Test
  void aRoleOfTwoAgentsAtDifferentRungsIsGivenBackWhole() {
    Database.Login shared = database.createAgent();
    Rig.Token credential = register(shared);
    rig.start(Mode.ENFORCE);
    ContainmentOrder narrow =
        Rig.order(OrderKind.CONTAIN, AGENT, "grace", List.of(credential.fingerprint()))
            .to(Rung.NARROW);
    rig.send(narrow);
    rig.await(narrow, Step.REVOKE, VERIFIED);
    rig.await(rig.contain("agent-8", credential), Step.REVOKE, VERIFIED);
    assertThat(database.canLogIn(shared.role(), shared.password())).isFalse();

    ContainmentOrder tooEarly = rig.release("agent-8");
    rig.await(tooEarly, Step.RELEASE, FAILED);
    assertThat(rig.await(tooEarly, Step.RESTORE, FAILED).reason()).contains("release that agent");
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(database.canLogIn(shared.role(), shared.password())).isFalse();
    rig.await(rig.release("agent-8"), Step.RELEASE, VERIFIED);
    assertThat(database.canLogIn(shared.role(), shared.password())).isTrue();
  }

  @Test
  void theWayBackFromAMilderRungOutlivesAHarderOneThatCouldNotBeLookedAt() {
    Database.Login agent = database.createAgent();
    Rig.Token credential = register(agent);
    rig.start(Mode.ENFORCE);
    ContainmentOrder order =
        Rig.order(OrderKind.CONTAIN, AGENT, "scoring", List.of(credential.fingerprint()))
            .to(Rung.REVOKE);
    rig.send(order);
    rig.await(order, Step.REVOKE, VERIFIED);
    String rest = order.id() + ":revoke";
    rig.await(rest, Step.KILL_SWITCH, AWAITING_APPROVAL);
    String revoker = database.revokerLogin().role();
    database.asSuperuser("ALTER ROLE " + revoker + " NOLOGIN");
    rig.approve(rest, AGENT, Decision.ALLOW, "ada");
    rig.approve(rest, AGENT, Decision.ALLOW, "grace");
    rig.await(rest, Step.REVOKE, FAILED);
    assertThat(rig.state(AGENT).orElseThrow().credentials())
        .singleElement()
        .satisfies(taken -> assertThat(taken.prior()).containsEntry("login", "true"));
    database.asSuperuser("ALTER ROLE " + revoker + " LOGIN");
    // It is tried again for the order that it was first taken for.
    ContainmentOutcome revoked =
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    rig.outcomes(order.id()).stream()
                        .filter(one -> one.rung() == Rung.REVOKE && one.state() == VERIFIED)
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    assertThat(revoked.prior())
        .containsEntry("login", "true")
        .containsEntry("rungs", "suspend revoke");
    ContainmentOrder release = rig.release(AGENT);
    assertThat(rig.await(release, Step.RESTORE, FAILED).reason()).contains("password");
    rig.await(release, Step.RELEASE, VERIFIED);
  }

  @Test
  void anAgentThatOpensASessionEvery200MillisecondsLoses() throws Exception {
    Database.Login agent = database.createAgent();
    Rig.Token credential = register(agent);
    rig.start(Mode.ENFORCE);
    List<Connection> opened = new CopyOnWriteArrayList<>();
    ScheduledExecutorService attacker = Executors.newSingleThreadScheduledExecutor();
    try {
      attacker.scheduleAtFixedRate(
          () -> {
            try {
              opened.add(database.connect(agent));
            } catch (SQLException refused) {
              // That is what the agent tries to get around.
            }
          },
          0,
          200,
          TimeUnit.MILLISECONDS);
      Awaitility.await().until(() -> opened.size() > 3);
      ContainmentOutcome dead = rig.await(rig.contain(AGENT, credential), Step.REVOKE, VERIFIED);
      int sessions = opened.size();
      assertThat(dead.proof()).contains("28000");
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(5))
          .until(() -> opened.size() == sessions);
      assertThat(opened)
          .allSatisfy(
              session ->
                  assertThatThrownBy(() -> session.createStatement().execute("SELECT 1"))
                      .isInstanceOf(SQLException.class));
    } finally {
      attacker.shutdownNow();
      for (Connection session : opened) {
        session.close();
      }
    }
  }

  @Test
  void aCredentialThatCannotBeGivenBackKeepsTheAgentContained() {
    Database.Login agent = database.createAgent();
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, register(agent)), Step.REVOKE, VERIFIED);
    database.asSuperuser("DROP ROLE " + agent.role());

    ContainmentOrder release = rig.release(AGENT);
    assertThat(rig.await(release, Step.RELEASE, FAILED).reason()).contains("stays contained");
    assertThat(rig.state(AGENT).orElseThrow().status()).isEqualTo(ContainmentStatus.CONTAINED);

    database.asSuperuser("CREATE ROLE " + agent.role() + " NOLOGIN");
    database.asSuperuser(
        "GRANT " + agent.role() + " TO " + database.revokerLogin().role() + " WITH ADMIN OPTION");
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
  }

  @Test
  void aRoleOfTwoAgentsComesBackOnlyWithTheLast() {
    Database.Login shared = database.createAgent();
    Rig.Token credential = register(shared);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain("agent-a", credential), Step.REVOKE, VERIFIED);
    rig.await(rig.contain("agent-b", credential), Step.REVOKE, VERIFIED);

    ContainmentOrder first = rig.release("agent-a");
    rig.await(first, Step.RELEASE, VERIFIED);
    assertThat(rig.states(first.id(), Step.RESTORE)).containsExactly(REFUSED);
    assertThat(database.canLogIn(shared.role(), shared.password())).isFalse();

    rig.await(rig.release("agent-b"), Step.RELEASE, VERIFIED);
    assertThat(database.canLogIn(shared.role(), shared.password())).isTrue();
  }

  @Test
  void aSuperuserIsRefusedWhileTheAgentIsStopped() {
    Database.Login superuser = new Database.Login(postgres.superuser(), postgres.password());
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, register(superuser));
    assertThat(rig.await(order, Step.REVOKE, REFUSED).reason()).contains("superuser");
    rig.await(order, Step.KILL_SWITCH, VERIFIED);
  }

  @Test
  void theWayBackOutlivesACrashBetweenTheActAndItsProof() {
    Database.Login agent = database.createAgent();
    Rig.Token credential = register(agent);
    AgentRecord left =
        AgentRecord.none(AGENT)
            .with(ContainmentStatus.CONTAINED, Instant.now(), "order-0", "before the crash")
            .with(
                new TakenCredential(
                    credential.fingerprint(),
                    "db",
                    StepState.REQUESTED,
                    Rung.SUSPEND,
                    Map.of("role", agent.role(), "login", "true"),
                    Extra.NONE),
                new Cause("order-0", Instant.now(), Instant.now(), null));
    rig.put(rig.kafka.topics().containmentState(), AGENT, left.encode());
    database.asSuperuser("ALTER ROLE " + agent.role() + " NOLOGIN");

    rig.start(Mode.ENFORCE);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(rig.states("order-0", Step.REVOKE)).containsExactly(ACCEPTED, VERIFIED));
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(database.canLogIn(agent.role(), agent.password())).isTrue();
  }

  private Rig.Token register(Database.Login login) {
    Credential credential =
        rig.credentials.of(
            login.role(), "postgresql-role", "db", Map.of("role", login.role()), login.password());
    rig.register(credential);
    return new Rig.Token(login.password(), credential);
  }
}
