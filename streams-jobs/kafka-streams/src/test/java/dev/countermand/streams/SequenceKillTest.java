package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.sequence.SequenceState;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.KafkaProbe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job is killed between the two halves of its sequences and loses its directory, is killed
 * again amid the second halves, and tells of each all the same, and only of these.
 */
final class SequenceKillTest {
  private static final int TASKS = 60;
  private static final int AGENTS = 3;
  private static final String RULE = "refused-then-borrowed";

  private final Instant start = Instant.now().minusSeconds(1_800).truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path directory;

  @Test
  void whatBeganBeforeAKillIsFoundAfterIt() throws Exception {
    try (LiveJobs jobs = new LiveJobs("sequence-kill", 3, directory)) {
      jobs.start(RiskProcess.class, "job");
      jobs.sendFindings(refusals());
      jobs.flush();
      int all = 2 * refusals().size();
      String changelog = jobs.topics.prefix() + "-risk-" + FollowGroup.NAME + "-changelog";
      jobs.await(
          Duration.ofMillis(200),
          () ->
              jobs.probe.topics().contains(changelog) && refusalsIn(jobs.probe, changelog) == all);
      jobs.kill();
      jobs.loseState("job");
      jobs.start(RiskProcess.class, "job");
      List<Finding> uses = uses();
      jobs.sendFindings(uses.subList(0, TASKS / 2));
      jobs.flush();
      jobs.await(Duration.ofMillis(20), () -> !told(jobs).isEmpty());
      jobs.kill();
      jobs.start(RiskProcess.class, "job");
      jobs.sendFindings(uses.subList(TASKS / 2, TASKS));
      jobs.flush();

      jobs.await(
          Duration.ofMillis(500),
          () -> contained(told(jobs)).equals(expected()) && orders(jobs).equals(expected()));
      assertThat(told(jobs))
          .as("each in one wording only, however often")
          .allSatisfy((id, wordings) -> assertThat(wordings).hasSize(1));
    }
  }

  /** In every task all three agents are refused, but in every third one only two. */
  private List<Finding> refusals() {
    List<Finding> all = new ArrayList<>();
    for (int agent = 0; agent < AGENTS; agent++) {
      for (int task = 0; task < TASKS; task++) {
        if (agent > 0 || !isIncomplete(task)) {
          all.add(finding(task, agent, "deny-loop", task + 10L * agent));
        }
      }
    }
    return all;
  }

  private static boolean isIncomplete(int task) {
    return task % 3 == 0;
  }

  private List<Finding> uses() {
    List<Finding> all = new ArrayList<>();
    for (int task = 0; task < TASKS; task++) {
      all.add(finding(task, 2, "shared-credential", 600L + task));
    }
    return all;
  }

  private static Set<String> expected() {
    Set<String> agents = new TreeSet<>();
    for (int task = 0; task < TASKS; task++) {
      if (!isIncomplete(task)) {
        agents.add(agent(task, 2));
      }
    }
    return agents;
  }

  private static String agent(int task, int number) {
    return "agent-" + task + "-" + number;
  }

  private Finding finding(int task, int number, String rule, long second) {
    String agent = agent(task, number);
    return FindingSample.of(agent + ":" + rule, start.plusSeconds(second))
        .agent(agent)
        .task("task-" + task)
        .rule(rule)
        .build();
  }

  /** The wordings of each finding of the sequence, by its id. */
  private static Map<String, Set<Finding>> told(LiveJobs jobs) {
    Map<String, Set<Finding>> told = new HashMap<>();
    for (KafkaProbe.Message message : jobs.probe.readAll(jobs.topics.findings())) {
      Finding finding = Finding.CODEC.decode(message.value().getBytes(StandardCharsets.UTF_8));
      if (finding.ruleId().equals(RULE)) {
        assertThat(message.key()).isEqualTo(finding.agentId());
        told.computeIfAbsent(finding.id(), id -> new HashSet<>()).add(finding);
      }
    }
    return told;
  }

  /** Whom a finding of a task calls to contain; those of the fleet call for nothing. */
  private static Set<String> contained(Map<String, Set<Finding>> told) {
    return told.values().stream()
        .flatMap(Set::stream)
        .filter(finding -> finding.recommendation() == Recommendation.CONTAIN)
        .map(Finding::agentId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> orders(LiveJobs jobs) {
    return jobs.probe.readAll(jobs.topics.containmentOrders()).stream()
        .map(
            message ->
                ContainmentOrder.CODEC.decode(message.value().getBytes(StandardCharsets.UTF_8)))
        .filter(order -> order.reason().endsWith("Rule: " + RULE + "."))
        .map(ContainmentOrder::agentId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How many refusals all groups remember, by the last that the changelog says of each. */
  private static int refusalsIn(KafkaProbe probe, String changelog) {
    Map<String, Integer> last = new HashMap<>();
    probe
        .readAll(changelog)
        .forEach(
            message ->
                last.put(
                    message.key(),
                    SequenceState.CODEC
                        .decode(message.value().getBytes(StandardCharsets.UTF_8))
                        .together()
                        .size()));
    return last.values().stream().mapToInt(Integer::intValue).sum();
  }
}
