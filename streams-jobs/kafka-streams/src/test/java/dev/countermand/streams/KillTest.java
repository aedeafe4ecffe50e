package dev.countermand.streams;

import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.GRANTED;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job is killed in mid-stream, and nobody can tell from what it says. */
final class KillTest {
  private static final int AGENTS = 30;
  private static final int ACTIONS = 8_000;
  private static final int BURST = 1_500;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void aJobThatIsKilledThreeTimesFindsAndOrdersTheSameAsOneThatIsNot() throws Exception {
    String bootstrap = TestServers.kafka().bootstrapServers();
    Topics topics = new Topics(KafkaProbe.uniqueName("kill"));
    KafkaSettings settings = new KafkaSettings(bootstrap, topics, Map.of());
    new TopicAdmin(settings).ensure(topics.all(), PARTITIONS, 1);
    List<Action> actions = actions();
    Map<String, Map<String, String>> undisturbed = undisturbed(actions);
    Path state = directory.resolve("state");
    Path log = directory.resolve("job.log");

    ScoringProcess job = ScoringProcess.start(bootstrap, topics.prefix(), state, log);
    int killedInMidStream = 0;
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(settings.producer("kill-test"));
        VerdictCount verdicts = new VerdictCount(settings, PARTITIONS)) {
      sendTables(producer, topics);
      int sent = 0;
      for (int kill = 1; kill <= 3; kill++) {
        int upTo = ACTIONS * kill / 4;
        send(producer, topics, actions.subList(sent, upTo - BURST));
        producer.flush();
        awaitVerdicts(job, verdicts, attempts(actions, upTo - BURST));
        // The last of them are on their way, or in the job's hands, when it dies.
        send(producer, topics, actions.subList(upTo - BURST, upTo));
        awaitVerdicts(job, verdicts, attempts(actions, upTo - BURST) + 1);
        job.kill();
        producer.flush();
        killedInMidStream += verdicts.now() < attempts(actions, upTo) ? 1 : 0;
        sent = upTo;
        if (kill == 2) {
          ScoringProcess.loseDirectory(state);
        }
        job = ScoringProcess.start(bootstrap, topics.prefix(), state, log);
      }
      send(producer, topics, actions.subList(sent, ACTIONS));
      producer.flush();
      awaitAllVerdicts(job, settings, attempts(actions, ACTIONS));
    } finally {
      job.kill();
    }
    assertThat(killedInMidStream).as("kills in mid-stream").isPositive();

    try (KafkaProbe probe = new KafkaProbe(bootstrap)) {
      assertThat(probe.readAll(topics.verdicts()))
          .as("verdicts, some of them said again after a kill")
          .hasSizeGreaterThan((int) attempts(actions, ACTIONS));
      for (Map.Entry<String, Map<String, String>> expected : undisturbed.entrySet()) {
        String topic = topics.prefix() + expected.getKey();
        assertThat(Said.on(probe, topic)).as(topic).isEqualTo(expected.getValue());
      }
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

  private Map<String, Map<String, String>> undisturbed(List<Action> actions) {
    Map<String, Map<String, String>> all = new HashMap<>();
    try (Bench bench = new Bench(directory.resolve("undisturbed"))) {
      bench.send(Samples.credential(FOREIGN));
      for (int i = 0; i < AGENTS; i += 2) {
        bench.send(Samples.task("agent-" + i));
      }
      actions.forEach(bench::send);
      for (String topic :
          List.of(
              bench.topics.findings(),
              bench.topics.containmentOrders(),
              bench.topics.verdicts(),
              bench.topics.scoredActions())) {
        Map<String, String> contents = Said.on(bench, topic);
        assertThat(contents).as(topic).hasSizeGreaterThan(100);
        all.put(topic.substring(bench.topics.prefix().length()), contents);
      }
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

  private static void sendTables(KafkaProducer<String, byte[]> producer, Topics topics) {
    Credential credential = Samples.credential(FOREIGN);
    producer.send(
        new ProducerRecord<>(
            topics.credentials(), credential.fingerprint(), Credential.CODEC.encode(credential)));
    for (int i = 0; i < AGENTS; i += 2) {
      Task task = Samples.task("agent-" + i);
      producer.send(new ProducerRecord<>(topics.tasks(), task.agentId(), Task.CODEC.encode(task)));
    }
    producer.flush();
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topics topics, List<Action> actions) {
    for (Action action : actions) {
      producer.send(
          new ProducerRecord<>(topics.actions(), action.agentId(), Action.CODEC.encode(action)));
    }
  }

  private static long attempts(List<Action> actions, int upTo) {
    return actions.subList(0, upTo).stream().filter(a -> a.phase() == Phase.ATTEMPT).count();
  }

  private static void awaitVerdicts(ScoringProcess job, VerdictCount verdicts, long count) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> aliveAnd(job, verdicts.now() >= count));
  }

  private static void awaitAllVerdicts(ScoringProcess job, KafkaSettings settings, long count) {
    try (KafkaProbe probe = new KafkaProbe(settings.bootstrap())) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> aliveAnd(job, Said.on(probe, settings.topics().verdicts()).size() >= count));
    }
  }

  private static boolean aliveAnd(ScoringProcess job, boolean condition) {
    assertThat(job.isAlive()).as("the job is alive").isTrue();
    return condition;
  }
}
