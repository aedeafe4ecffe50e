package dev.countermand.containment;

import static dev.countermand.model.StepState.ACCEPTED;
import static dev.countermand.model.StepState.REQUESTED;
import static dev.countermand.model.StepState.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.runtime.config.ContainmentSettings.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrashTest {
  private static final String AGENT = "agent-7";

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private Rig rig;

  @BeforeEach
  void prepare() {
    rig = new Rig(directory);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    rig.close();
  }

  @Test
  void aRevocationThatWasKilledInItsMiddleIsFinishedByTheNextProcess()
      throws IOException, InterruptedException {
    Rig.Token token = rig.token();
    rig.server.hang();
    Process first = process();
    ContainmentOrder order = rig.contain(AGENT, token);
    rig.await(order, Step.REVOKE, REQUESTED);

    kill(first);
    rig.server.stopHanging();
    process();

    rig.await(order, Step.REVOKE, VERIFIED);
    assertThat(rig.server.isActive(token.secret())).isFalse();
    assertThat(rig.states(order.id(), Step.KILL_SWITCH)).containsExactly(REQUESTED, VERIFIED);
    assertThat(rig.states(order.id(), Step.REVOKE)).containsExactly(REQUESTED, ACCEPTED, VERIFIED);
    assertThat(rig.outcomes(order.id())).extracting(ContainmentOutcome::id).doesNotHaveDuplicates();
    rig.assertNowhere(token.secret());
  }

  @Test
  void aSecondProcessTakesOverTheAgentsOfOneThatWasKilled()
      throws IOException, InterruptedException {
    Process first = process();
    rig.await(rig.contain("before-0"), Step.KILL_SWITCH, VERIFIED);
    rig.start(Mode.ENFORCE);
    kill(first);
    List<ContainmentOrder> orders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      orders.add(rig.contain("agent-" + i, rig.token()));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(orders)
                    .allMatch(order -> rig.states(order.id(), Step.REVOKE).contains(VERIFIED)));
  }

  @Test
  void twoProcessesShareTheAgents() {
    rig.start(Mode.ENFORCE);
    rig.start(Mode.ENFORCE);
    List<ContainmentOrder> orders = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      orders.add(rig.contain("agent-" + i, rig.token()));
    }
    for (ContainmentOrder order : orders) {
      rig.await(order, Step.REVOKE, VERIFIED);
    }
    assertThat(rig.server.revocations()).isGreaterThanOrEqualTo(12);
  }

  private Process process() throws IOException {
    Process process = ContainmentProcess.start(rig, directory);
    processes.add(process);
    return process;
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }
}
