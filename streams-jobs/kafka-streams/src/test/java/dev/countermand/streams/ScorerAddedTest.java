package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
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
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void whatOneScorerBeganTwoOthersFinishWithTheSameBaselines() throws Exception {
    String bootstrap = TestServers.kafka().bootstrapServers();
    Topics topics = new Topics(KafkaProbe.uniqueName("added"));
    KafkaSettings settings = new KafkaSettings(bootstrap, topics, Map.of());
    new TopicAdmin(settings).ensure(topics.all(), PARTITIONS, 1);
    List<Action> actions = actions();
    Map<String, Map<String, String>> undisturbed = undisturbed(actions);
    learn(settings);
    Path log = directory.resolve("jobs.log");

    List<ScoringProcess> jobs = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(settings.producer("added-test"));
        VerdictCount verdicts = new VerdictCount(settings, PARTITIONS);
        KafkaProbe probe = new KafkaProbe(bootstrap);
        Admin admin = Admin.create(settings.admin("added-test"))) {
      int half = ACTIONS / 2;
      ScoringProcess first = start(bootstrap, topics, "first", log);
      jobs.add(first);
      send(producer, topics, actions.subList(0, half - BURST));
      awaitVerdicts(jobs, verdicts, half - BURST);
      // The last of them are on their way, or in the scorer's hands, when it dies.
      send(producer, topics, actions.subList(half - BURST, half));
      awaitVerdicts(jobs, verdicts, half - BURST + 1);
      first.kill();
      jobs.clear();
      producer.flush();
      assertThat(verdicts.now()).as("killed in mid-stream").isLessThan(half);

      jobs.add(start(bootstrap, topics, "second", log));
      jobs.add(start(bootstrap, topics, "third", log));
      // While partitions move to them, and move again, actions go on.
      send(producer, topics, actions.subList(half, ACTIONS - BURST));
      await()
          .atMost(PATIENCE)
          .until(() -> alive(jobs) && scorers(admin, topics).equals(List.of(2, 2)));
      send(producer, topics, actions.subList(ACTIONS - BURST, ACTIONS));
      producer.flush();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> alive(jobs) && Said.on(probe, topics.verdicts()).size() >= ACTIONS);
      assertThat(scorers(admin, topics)).containsExactly(2, 2);
    } finally {
      for (ScoringProcess job : jobs) {
        job.kill();
      }
    }

    try (KafkaProbe probe = new KafkaProbe(bootstrap)) {
      for (Map.Entry<String, Map<String, String>> expected : undisturbed.entrySet()) {
        String topic = topics.prefix() + expected.getKey();
        assertThat(Said.on(probe, topic)).as(topic).isEqualTo(expected.getValue());
      }
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
    all.add(Samples.learned("peers:hook", "deletes"));
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

  private Map<String, Map<String, String>> undisturbed(List<Action> actions) {
    Map<String, Map<String, String>> all = new HashMap<>();
    try (Bench bench = new Bench(directory.resolve("undisturbed"))) {
      baselines().forEach(bench::send);
      actions.forEach(bench::send);
      for (String topic :
          List.of(
              bench.topics.findings(),
              bench.topics.containmentOrders(),
              bench.topics.verdicts(),
              bench.topics.scoredActions())) {
        Map<String, String> said = Said.on(bench, topic);
        assertThat(said).as(topic).hasSizeGreaterThan(AGENTS / 2);
        all.put(topic.substring(bench.topics.prefix().length()), said);
      }
    }
    assertThat(all.get(".findings").entrySet())
        .filteredOn(finding -> finding.getKey().endsWith(":anomaly"))
        .as("findings by a baseline")
        .hasSizeGreaterThan(AGENTS)
        .anySatisfy(finding -> assertThat(finding.getValue()).contains("this agent's own"))
        .anySatisfy(finding -> assertThat(finding.getValue()).contains("peers:hook"));
    return all;
  }

  private ScoringProcess start(String bootstrap, Topics topics, String name, Path log)
      throws Exception {
    return ScoringProcess.start(bootstrap, topics.prefix(), directory.resolve(name), log);
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topics topics, List<Action> actions) {
    for (Action action : actions) {
      producer.send(
          new ProducerRecord<>(topics.actions(), action.agentId(), Action.CODEC.encode(action)));
    }
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topics topics, Baseline baseline) {
    producer.send(
        new ProducerRecord<>(topics.baselines(), baseline.key(), Baseline.CODEC.encode(baseline)));
  }

  private static void awaitVerdicts(List<ScoringProcess> jobs, VerdictCount verdicts, long count) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> alive(jobs) && verdicts.now() >= count);
  }

  /** How many partitions of actions each member of the group of scorers has. */
  private static List<Integer> scorers(Admin admin, Topics topics) throws Exception {
    String group = topics.prefix() + "-" + ScoringJob.NAME;
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
        .map(member -> partitions(member, topics.actions()))
        .toList();
  }

  private static int partitions(MemberDescription member, String topic) {
    return (int)
        member.assignment().topicPartitions().stream()
            .filter(partition -> partition.topic().equals(topic))
            .count();
  }

  private static boolean alive(List<ScoringProcess> jobs) {
    assertThat(jobs).as("jobs that are alive").allMatch(ScoringProcess::isAlive);
    return true;
  }
}
