package dev.countermand.containment;

import static dev.countermand.model.StepState.REFUSED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.containment.postgresql.Database;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Credential;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that share a credential, in two processes: it comes back with the last, and only then. */
final class SharedCredentialTest {
  private static final int ROUNDS = 12;

  private final Doors doors = new Doors();
  private final List<Process> processes = new ArrayList<>();
  @TempDir Path directory;
  private Rig rig;
  private String first = "";
  private String second = "";

  @BeforeEach
  void prepare() {
    rig = new Rig(directory);
    rig.provider(Doors.NAME, doors.provider(directory));
    pair(0);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    rig.close();
    doors.close();
  }

  @Test
  void twoThatAreReleasedAtTheSameMomentDoNotLeaveItToEachOther() {
    PostgresBackend postgres = TestServers.postgres();
    Database database = new Database(postgres);
    rig.provider("db", database.provider(directory, postgres.jdbcUrl(), Duration.ofSeconds(5)));
    Database.Login role = database.createAgent();
    Credential credential =
        rig.credentials.of(
            role.role(), "postgresql-role", "db", Map.of("role", role.role()), role.password());
    rig.register(credential);
    Rig.Token token = new Rig.Token(role.password(), credential);
    rig.start(Mode.ENFORCE);
    rig.start(Mode.ENFORCE);
    for (int round = 0; round < ROUNDS; round++) {
      pair(round);
      containBoth(token);
      assertThat(database.canLogIn(role.role(), role.password())).isFalse();

      releaseBoth();

      assertThat(database.canLogIn(role.role(), role.password())).as("round " + round).isTrue();
    }
  }

  @Test
  void aReleaseThatIsOvertakenByTheContainmentOfAnotherAgentTakesItAgain()
      throws InterruptedException {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(first, badge), Step.REVOKE, VERIFIED);
    Doors.Hold restore = doors.holdBefore("restore");
    ContainmentOrder release = rig.release(first);
    restore.awaitCall();

    rig.await(rig.contain(second, badge), Step.REVOKE, VERIFIED);
    restore.letGo();

    assertThat(rig.await(release, Step.RELEASE, VERIFIED).reason())
        .contains("by ada: false alarm", "left to another contained agent: " + name(badge));
    assertThat(doors.works(badge)).isFalse();
    assertThat(rig.await(release, Step.RESTORE, REFUSED).reason())
        .contains(second, "by ada: false alarm");
    ContainmentOrder last = rig.release(second);
    assertThat(rig.await(last, Step.RELEASE, VERIFIED).reason())
        .contains("by ada: false alarm", "given back: " + name(badge));
    ContainmentOutcome back = rig.await(last, Step.RESTORE, VERIFIED);
    assertThat(back.reason()).contains("by ada: false alarm");
    assertThat(back.rung()).isEqualTo(Rung.SUSPEND);
    assertThat(back.proof()).isEqualTo("badge is works");
    assertThat(back.prior()).containsEntry("prior.state", Doors.WORKS);
    assertThat(doors.works(badge)).isTrue();
  }

  @Test
  void oneThatIsLookedAtWhileAnotherAgentLosesItComesBackAsItWasBefore()
      throws InterruptedException {
    Rig.Token badge = doors.badge(rig);
    rig.start(Mode.ENFORCE);
    rig.start(Mode.ENFORCE);
    Doors.Hold look = doors.holdBefore("plan");
    ContainmentOrder ofFirst = rig.contain(first, badge);
    look.awaitCall();
    rig.await(rig.contain(second, badge), Step.REVOKE, VERIFIED);
    look.letGo();
    rig.await(ofFirst, Step.REVOKE, VERIFIED);

    rig.await(rig.release(second), Step.RELEASE, VERIFIED);
    assertThat(doors.works(badge)).isFalse();
    rig.await(rig.release(first), Step.RELEASE, VERIFIED);
    assertThat(doors.works(badge)).isTrue();
  }

  @Test
  void afterTheFingerprintKeyWasRotatedItIsStillTheSameCredential() {
    Rig.Token early = doors.badge(rig);
    Rig.Token late =
        new Rig.Token(early.secret(), rig.credentials.rotated(early.credential(), early.secret()));
    rig.start(Mode.ENFORCE);
    rig.start(Mode.ENFORCE);
    rig.await(rig.contain(first, early), Step.REVOKE, VERIFIED);
    rig.register(late.credential());
    rig.put(rig.kafka.topics().credentials(), early.fingerprint(), null);
    rig.await(rig.contain(second, late), Step.REVOKE, VERIFIED);

    ContainmentOrder release = rig.release(second);

    rig.await(release, Step.RELEASE, VERIFIED);
    assertThat(rig.states(release.id(), Step.RESTORE)).containsExactly(REFUSED);
    assertThat(doors.works(late)).isFalse();
    rig.await(rig.release(first), Step.RELEASE, VERIFIED);
    assertThat(doors.works(late)).isTrue();
  }

  @Test
  void aProcessKilledBeforeOrAfterItGaveItBackLeavesNothingTaken()
      throws IOException, InterruptedException {
    Process one = process();
    for (boolean isBeforeEffect : new boolean[] {true, false}) {
      Rig.Token badge = doors.badge(rig);
      containBoth(badge);
      Doors.Hold restore =
          isBeforeEffect ? doors.holdBefore("restore") : doors.holdAnswer("restore");
      ContainmentOrder ofFirst = rig.release(first);
      ContainmentOrder ofSecond = rig.release(second);
      restore.awaitCall();
      kill(one);
      assertThat(List.of(first, second))
          .anyMatch(
              agent -> rig.state(agent).orElseThrow().status() == ContainmentStatus.CONTAINED);

      one = process();
      restore.letGo();

      rig.await(ofFirst, Step.RELEASE, VERIFIED);
      rig.await(ofSecond, Step.RELEASE, VERIFIED);
      assertThat(doors.works(badge)).isTrue();
    }
  }

  @Test
  void oneOfTwoProcessesKilledWhileBothGiveItBackLeavesNothingTaken()
      throws IOException, InterruptedException {
    Rig.Token badge = doors.badge(rig);
    Process one = process();
    rig.start(Mode.ENFORCE);
    containBoth(badge);
    Doors.Hold restore = doors.holdBefore("restore");
    ContainmentOrder ofFirst = rig.release(first);
    ContainmentOrder ofSecond = rig.release(second);
    restore.awaitCall();
    kill(one);
    restore.letGo();
    rig.start(Mode.ENFORCE);
    awaitLong(ofFirst);
    awaitLong(ofSecond);
    assertThat(doors.works(badge)).isTrue();
  }

  private static String name(Rig.Token token) {
    return token.credential().name();
  }

  private void containBoth(Rig.Token token) {
    rig.await(rig.contain(first, token), Step.REVOKE, VERIFIED);
    rig.await(rig.contain(second, token), Step.REVOKE, VERIFIED);
  }

  private void releaseBoth() {
    ContainmentOrder ofFirst = rig.release(first);
    ContainmentOrder ofSecond = rig.release(second);
    rig.await(ofFirst, Step.RELEASE, VERIFIED);
    rig.await(ofSecond, Step.RELEASE, VERIFIED);
  }

  /** Kafka tells a group that a member was killed only after its session has timed out. */
  private void awaitLong(ContainmentOrder release) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> rig.states(release.id(), Step.RELEASE).contains(VERIFIED));
  }

  /** Two agents of different partitions, and so of different processes where there are two. */
  private void pair(int round) {
    first = agentOf(0, round);
    second = agentOf(1, round);
  }

  private static String agentOf(int partition, int round) {
    for (int i = 0; ; i++) {
      String name = "agent-" + round + "-" + i;
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      if (Utils.toPositive(Utils.murmur2(key)) % 2 == partition) {
        return name;
      }
    }
  }

  private Process process() throws IOException {
    Process process = ContainmentProcess.start(rig, directory, doors.port());
    processes.add(process);
    return process;
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }
}
