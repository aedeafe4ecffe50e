package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scorer is killed under load and two take its place, and nobody can tell from what is said. */
final class ScorerAddedTest {
  private static final int AGENTS = 32;
  private static final int ACTIONS = 6_400;
  private static final int BURST = 1_500;

  @TempDir Path directory;

  @Test
  void whatOneScorerBeganTwoOthersFinishWithTheSameBaselines() throws Exception {
    List<Action> actions = actions();
    Map<String, Map<String, String>> undisturbed = undisturbed(actions);
    try (LiveJobs jobs = new LiveJobs("added", 4, directory)) {
      String verdicts = jobs.topics.verdicts();
      learn(jobs.settings);
      int half = ACTIONS / 2;
      jobs.start(ScoringProcess.class, "first");
      jobs.sendActions(actions.subList(0, half - BURST));
      jobs.awaitEnd(verdicts, half - BURST);
      // The last of them are on their way, or in the scorer's hands, when it dies.
      jobs.sendActions(actions.subList(half - BURST, half));
      jobs.awaitEnd(verdicts, half - BURST + 1);
      jobs.kill();
      jobs.flush();
      assertThat(jobs.end(verdicts)).as("killed in mid-stream").isLessThan(half);

      jobs.start(ScoringProcess.class, "second");
      jobs.start(ScoringProcess.class, "third");
      // While partitions move to them, and move again, actions go on.
      jobs.sendActions(actions.subList(half, ACTIONS - BURST));
      jobs.await(Duration.ofMillis(100), () -> scorers(jobs).equals(List.of(2, 2)));
      jobs.sendActions(actions.subList(ACTIONS - BURST, ACTIONS));
      jobs.flush();
      jobs.awaitSaid(verdicts, ACTIONS);
      assertThat(scorers(jobs)).containsExactly(2, 2);
      jobs.kill();

      Said.assertSame(jobs, undisturbed);
    }
  }

  /**
   * What is normal, in one transaction as the learning job writes it; and in another, which came to
   * nothing, that the agents of whom nothing is known always delete a thousand files.
   */
  private static void learn(KafkaSettings settings) {
    Properties properties = settings.producer("added-test-learning");
    properties.put("transactional.id", settings.topics().prefix() + "-learning");
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(properties)) {
      producer.initTransactions();
      producer.beginTransaction();
      baselines().forEach(one -> send(producer, settings.topics(), one));
      producer.commitTransaction();
      producer.beginTransaction();
      for (int agent = 1; agent < AGENTS; agent += 2) {
        Baseline known = Samples.learned("agent:agent-" + agent, "deletes");
        send(
            producer,
            settings.topics(),
            new Baseline(
                known.subject(),
                known.time(),
                known.feature(),
                1_000_000,
                1_000,
                known.learned(),
                known.extra()));
      }
      producer.flush();
      producer.abortTransaction();
    }
  }

  /** Every second agent has one of its own; the others are compared with the peers of all. */
  private static List<Baseline> baselines() {
    List<Baseline> all = new ArrayList<>();
    all.add(Samples.learned("peers:hook/none", "deletes"));
    for (int agent = 0; agent < AGENTS; agent += 2) {
      all.add(Samples.learned("agent:agent-" + agent, "deletes"));
    }
    return all;
  }

  /** Each agent deletes a file now and then, and three times far more than it is known for. */
  private static List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < ACTIONS; i++) {
      int agent = i % AGENTS;
      int turn = i / AGENTS;
      boolean burst = (turn + agent) % 60 >= 55;
      String command =
          burst ? "rm" + " f".repeat(30 + agent) : turn % 10 == 0 ? "rm f" : "ls " + turn;
      actions.add(
          Samples.action(
              "id-" + i,
              "agent-" + agent,
              NOON.plusSeconds(3L * turn),
              Phase.ATTEMPT,
              Outcome.UNKNOWN,
              turn == 90 ? "destroy vol-" + agent : command,
              List.of()));
    }
    return actions;
  }

  private static Map<String, Map<String, String>> undisturbed(List<Action> actions) {
    Map<String, Map<String, String>> all;
    try (Bench bench = new Bench()) {
      baselines().forEach(bench::send);
      actions.forEach(bench::send);
      all = Said.byScoring(bench, AGENTS / 2 + 1);
    }
    assertThat(all.get(".findings").entrySet())
        .filteredOn(finding -> finding.getKey().endsWith(":anomaly"))
        .as("findings by a baseline")
        .hasSizeGreaterThan(AGENTS)
        .anySatisfy(finding -> assertThat(finding.getValue()).contains("this agent's own"))
        .anySatisfy(finding -> assertThat(finding.getValue()).contains("peers:hook/none"));
    return all;
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topics topics, Baseline baseline) {
    producer.send(
        new ProducerRecord<>(topics.baselines(), baseline.key(), Baseline.CODEC.encode(baseline)));
  }

  /** How many partitions of actions each member of the group of scorers has. */
  private static List<Integer> scorers(LiveJobs jobs) throws Exception {
    String group = jobs.topics.prefix() + "-" + ScoringJob.NAME;
    return jobs
        .admin
        .describeConsumerGroups(List.of(group))
        .all()
        .get()
        .get(group)
        .members()
        .stream()
        .map(member -> partitions(member, jobs.topics.actions()))
        .toList();
  }

  private static int partitions(MemberDescription member, String topic) {
    return (int)
        member.assignment().topicPartitions().stream()
            .filter(partition -> partition.topic().equals(topic))
            .count();
  }
}
