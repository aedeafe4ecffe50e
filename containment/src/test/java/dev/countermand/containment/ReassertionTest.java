package dev.countermand.containment;

import static dev.countermand.model.StepState.ACCEPTED;
import static dev.countermand.model.StepState.FAILED;
import static dev.countermand.model.StepState.REQUESTED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.postgresql.Database;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was proved dead is looked at again, and taken away again when it works. */
final class ReassertionTest {
  private static final String AGENT = "agent-7";
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final Doors doors = new Doors();
  @TempDir Path directory;
  private Rig rig;

  @BeforeEach
  void prepare() {
    rig = new Rig(directory);
    rig.provider(Doors.NAME, doors.provider(directory));
  }

  @AfterEach
  void end() {
    rig.close();
    doors.close();
  }

  @Test
  void aLoginThatAFriendGivesBackByHandIsTakenAgainAndPeopleArePaged() throws SQLException {
    PostgresBackend postgres = TestServers.postgres();
    Database database = new Database(postgres);
    rig.provider("db", database.provider(directory, postgres.jdbcUrl(), Duration.ofSeconds(5)));
    Database.Login agent = database.createAgent();
    Database.Login friend =
        new Database.Login(Database.uniqueName("friend"), Credentials.freshSecret());
    database.asSuperuser(
        "CREATE ROLE %s LOGIN CREATEROLE PASSWORD '%s'; GRANT %s TO %s WITH ADMIN OPTION"
            .formatted(friend.role(), friend.password(), agent.role(), friend.role()));
    Credential credential =
        rig.credentials.of(
            agent.role(), "postgresql-role", "db", Map.of("role", agent.role()), agent.password());
    rig.register(credential);
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, new Rig.Token(agent.password(), credential));
    rig.await(order, Step.REVOKE, VERIFIED);

    try (Connection hand = database.connect(friend)) {
      hand.createStatement().execute("ALTER ROLE " + agent.role() + " LOGIN");
    }

    assertThat(rig.await(order, Step.REVOKE, FAILED).reason())
        .contains(agent.role() + " came back", "may still log in");
    awaitStates(order, REQUESTED, ACCEPTED, VERIFIED, FAILED, ACCEPTED, VERIFIED);
    assertThat(database.canLogIn(agent.role(), agent.password())).isFalse();
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
    assertThat(rig.outcomes(order.id()))
        .filteredOn(outcome -> outcome.state() == VERIFIED && outcome.step() == Step.REVOKE)
        .last()
        .satisfies(outcome -> assertThat(outcome.reason()).contains("came back"));
    assertThat(rig.pages("containment-came-back"))
        .singleElement()
        .satisfies(page -> assertThat(page.agentId()).isEqualTo(AGENT));
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(database.canLogIn(agent.role(), agent.password())).isTrue();
  }

  @Test
  void oneThatStaysDeadIsLookedAtAndNotTakenTwice() {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, badge);
    rig.await(order, Step.REVOKE, VERIFIED);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> doors.calls("verify", badge) >= 5);
    assertThat(doors.calls("execute", badge)).isEqualTo(1);
    assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(REQUESTED, ACCEPTED, VERIFIED);
    assertThat(rig.pages("containment-came-back")).isEmpty();
  }

  @Test
  void oneThatComesBackTwiceIsTakenThreeTimes() {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, badge);
    rig.await(order, Step.REVOKE, VERIFIED);
    for (int time = 2; time <= 3; time++) {
      int calls = time;
      doors.repair(badge);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> doors.calls("execute", badge) == calls && !doors.works(badge));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  rig.states(order.id(), Step.REVOKE).stream().filter(VERIFIED::equals).count()
                      == calls);
    }
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(doors.works(badge)).isTrue();
  }

  @Test
  void whatCameBackWhileNobodyRanIsTakenAgainAfterTheStart() {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    ContainmentOrder order = rig.contain(AGENT, badge);
    rig.await(order, Step.REVOKE, VERIFIED);
    rig.closeServices();
    doors.repair(badge);
    rig.start(Mode.ENFORCE);
    rig.await(order, Step.REVOKE, FAILED);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !doors.works(badge));
    assertThat(rig.pages("containment-came-back")).hasSize(1);
  }

  @Test
  void whatWasReleasedIsNotTakenAgain() {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, badge), Step.REVOKE, VERIFIED);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertWorksOn(badge);
  }

  @Test
  void afterTheTimeThatIsConfiguredNobodyLooksAnyMore() {
    Rig.Token badge = doors.badge(rig);
    rig.reassert(Duration.ZERO);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, badge), Step.REVOKE, VERIFIED);
    doors.repair(badge);
    assertWorksOn(badge);
  }

  @Test
  void whatNobodyLooksAtIsTakenAgainByTheNextOrderAndNotCalledDeadUnseen() {
    Rig.Token badge = doors.badge(rig);
    rig.reassert(Duration.ZERO);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(AGENT, badge), Step.REVOKE, VERIFIED);
    doors.repair(badge);

    ContainmentOrder next = rig.contain(AGENT, badge);

    rig.await(next, Step.REVOKE, VERIFIED);
    assertThat(doors.works(badge)).isFalse();
    assertThat(doors.calls("execute", badge)).isEqualTo(2);
    rig.await(rig.release(AGENT), Step.RELEASE, VERIFIED);
    assertThat(doors.works(badge)).isTrue();
  }

  private void assertWorksOn(Rig.Token badge) {
    Awaitility.await()
        .during(QUIET)
        .atMost(QUIET.multipliedBy(2))
        .until(() -> doors.works(badge) && doors.calls("execute", badge) == 1);
  }

  private void awaitStates(ContainmentOrder order, StepState... states) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(states));
  }
}
