package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.GRANTED;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job is killed in mid-stream, and nobody can tell from what it says. */
final class KillTest {
  private static final int AGENTS = 30;
  private static final int ACTIONS = 8_000;
  private static final int BURST = 1_500;

  @TempDir Path directory;

  @Test
  void aJobThatIsKilledThreeTimesFindsAndOrdersTheSameAsOneThatIsNot() throws Exception {
    List<Action> actions = actions();
    Map<String, Map<String, String>> undisturbed = undisturbed(actions);
    try (LiveJobs jobs = new LiveJobs("kill", 3, directory)) {
      String verdicts = jobs.topics.verdicts();
      jobs.start(ScoringProcess.class, "job");
      sendTables(jobs);
      int killedInMidStream = 0;
      int sent = 0;
      for (int kill = 1; kill <= 3; kill++) {
        int upTo = ACTIONS * kill / 4;
        jobs.sendActions(actions.subList(sent, upTo - BURST));
        jobs.flush();
        jobs.awaitEnd(verdicts, attempts(actions, upTo - BURST));
        // The last of them are on their way, or in the job's hands, when it dies.
        jobs.sendActions(actions.subList(upTo - BURST, upTo));
        jobs.awaitEnd(verdicts, attempts(actions, upTo - BURST) + 1);
        jobs.kill();
        jobs.flush();
        killedInMidStream += jobs.end(verdicts) < attempts(actions, upTo) ? 1 : 0;
        sent = upTo;
        if (kill == 2) {
          jobs.loseState("job");
        }
        jobs.start(ScoringProcess.class, "job");
      }
      jobs.sendActions(actions.subList(sent, ACTIONS));
      jobs.flush();
      jobs.awaitSaid(verdicts, attempts(actions, ACTIONS));
      jobs.kill();

      assertThat(killedInMidStream).as("kills in mid-stream").isPositive();
      assertThat(jobs.probe.readAll(verdicts))
          .as("verdicts, some of them said again after a kill")
          .hasSizeGreaterThan((int) attempts(actions, ACTIONS));
      Said.assertSame(jobs, undisturbed);
    }
  }

  /**
   * Deletes that become more and more, so that almost every finding holds a count of what came
   * before; credentials seen and used, volumes destroyed, reads.
   */
  private static List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < ACTIONS; i++) {
      actions.add(action("id-" + i, "agent-" + i % AGENTS, i / AGENTS));
    }
    return actions;
  }

  private static Action action(String id, String agent, int turn) {
    String command =
        switch (turn % 10) {
          case 0 -> "ls " + turn;
          case 5 -> "destroy vol-" + turn;
          default -> "rm" + " f".repeat(2 + turn / 8);
        };
    List<CredentialMention> mentions =
        switch (turn % 25) {
          case 5 -> List.of(Samples.mention(FOREIGN, CredentialRole.SIGHTED, "ops/.env"));
          case 12 -> List.of(Samples.mention(FOREIGN, CredentialRole.USED, null));
          case 14 -> List.of(Samples.mention(GRANTED, CredentialRole.USED, null));
          default -> List.of();
        };
    Phase phase = turn % 6 == 5 ? Phase.RESULT : Phase.ATTEMPT;
    Outcome outcome = phase == Phase.RESULT ? Outcome.SUCCESS : Outcome.UNKNOWN;
    return Samples.action(
        id, agent, NOON.plusSeconds(3L * turn), phase, outcome, command, mentions);
  }

  private static Map<String, Map<String, String>> undisturbed(List<Action> actions) {
    Map<String, Map<String, String>> all;
    try (Bench bench = new Bench()) {
      bench.send(Samples.credential(FOREIGN));
      for (int i = 0; i < AGENTS; i += 2) {
        bench.send(Samples.task("agent-" + i));
      }
      actions.forEach(bench::send);
      all = Said.byScoring(bench, 100);
    }
    assertThat(
            all.get(".findings").keySet().stream().filter(id -> id.contains(":shared-credential:")))
        .as("findings over several agents")
        .hasSizeGreaterThanOrEqualTo(AGENTS - 1);
    assertThat(all.get(".findings").keySet().stream().filter(id -> id.endsWith(":sudden-deletes")))
        .as("findings that count what came before")
        .hasSizeGreaterThan(ACTIONS / 2);
    return all;
  }

  private static void sendTables(LiveJobs jobs) {
    Credential credential = Samples.credential(FOREIGN);
    jobs.send(
        jobs.topics.credentials(),
        credential.fingerprint(),
        null,
        Credential.CODEC.encode(credential));
    for (int i = 0; i < AGENTS; i += 2) {
      Task task = Samples.task("agent-" + i);
      jobs.send(jobs.topics.tasks(), task.agentId(), null, Task.CODEC.encode(task));
    }
    jobs.flush();
  }

  private static long attempts(List<Action> actions, int upTo) {
    return actions.subList(0, upTo).stream().filter(a -> a.phase() == Phase.ATTEMPT).count();
  }
}
