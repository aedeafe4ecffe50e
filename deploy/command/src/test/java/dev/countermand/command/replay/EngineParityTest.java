package dev.countermand.command.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Learned;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.RiskJob;
import dev.countermand.streams.ScoringJob;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.streams.flink.backtest.Backtest;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same recorded actions through Kafka Streams and through Flink, both real, and through the
 * topology in one thread.
 */
class EngineParityTest {
  private static final Instant START = Instant.now().minus(Duration.ofHours(2));
  private static final int AGENTS = 24;
  private static final int ACTIONS = 1_200;
  private static final int BURST = 10;
  private static final int REFUSED = 5;
  private static final String GROUP = "peers:claude-code/refactoring";
  private static final String SEQUENCE = "refused-then-borrowed";
  private static final List<String> COMMANDS =
      List.of(
          "git status",
          "cat .env",
          "ls -la",
          "npm test",
          "rm -rf build",
          "psql -h prod-db -c 'DROP TABLE orders'",
          "kubectl delete deployment api -n production",
          "aws s3 rm s3://backups --recursive",
          "curl -H \"Authorization: Bearer $TOKEN\" https://api.example.com/v1/x",
          "export TOKEN=$(jq -r .token conf.json)");

  private final KafkaSettings kafka =
      new KafkaSettings(
          TestServers.kafka().bootstrapServers(),
          new Topics(KafkaProbe.uniqueName("parity")),
          Map.of());

  /** What is on a topic of the input. */
  private record Written(String topic, String key, byte[] document) {}

  @TempDir Path directory;
  private final List<Written> written = new ArrayList<>();
  private KafkaProbe probe;

  @BeforeEach
  void createTopics() {
    probe = new KafkaProbe(TestServers.kafka());
    probe.createTopics(
        kafka.topics().all().stream()
            .map(t -> new NewTopic(t.name(), 1, (short) 1).configs(t.settings()))
            .toList());
  }

  @AfterEach
  void close() {
    probe.close();
  }

  @Test
  void everyEngineFindsTheSame() throws Exception {
    register();
    Set<String> ids = send(new Random(7));

    Map<String, Finding> flink = new TreeMap<>();
    Backtest.Summary summary = backtest(flink);
    assertThat(summary)
        .isEqualTo(new Backtest.Summary(ids.size(), ACTIONS + BURST - ids.size(), 1, 0));
    // Sequences are the risk job's.
    flink.values().removeIf(finding -> finding.ruleId().equals(SEQUENCE));

    try (ScoringJob job = scoring()) {
      awaitSame(flink);
    }

    assertThat(flink).hasSizeGreaterThan(200);
    assertThat(flink.values())
        .extracting(Finding::ruleId)
        .contains("credential-scope", "read-then-used", "read-by-another", "shared-credential");
    assertThat(flink.values())
        .filteredOn(finding -> finding.ruleId().equals("anomaly"))
        .anySatisfy(
            finding ->
                assertThat(String.join(" ", finding.because())).contains("its peers, " + GROUP));
    assertThat(streams()).isEqualTo(flink);
    assertThat(driven()).isEqualTo(flink);
  }

  @Test
  void theGroupsThatAreLearnedAreThoseThatAgentsAreComparedWith() throws Exception {
    register();
    Set<String> ids = send(new Random(11));
    Map<String, Action> scored = new TreeMap<>();
    try (ScoringJob job = scoring()) {
      Awaitility.await("every action scored")
          .atMost(Duration.ofMinutes(1))
          .until(() -> read(scored).keySet().containsAll(ids));
    }
    Set<String> compared =
        scored.values().stream()
            .filter(Features::teaches)
            .map(action -> String.valueOf(action.score().peerGroup()))
            .collect(Collectors.toSet());
    assertThat(compared)
        .containsExactlyInAnyOrder(GROUP, "peers:claude-code/none", "peers:hook/none");

    LearningJob.learn(
        LearningSettings.of(kafka, directory.resolve("learning")),
        START.minusSeconds(60),
        Instant.now().plusSeconds(60));

    Awaitility.await("the baselines of the groups")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(learnedGroups()).isEqualTo(compared));
  }

  private Map<String, Action> read(Map<String, Action> scored) {
    for (KafkaProbe.Message message : probe.readAll(kafka.topics().scoredActions())) {
      Action action = Action.CODEC.decode(message.value().getBytes(StandardCharsets.UTF_8));
      scored.put(action.id(), action);
    }
    return scored;
  }

  private Set<String> learnedGroups() {
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      return view.awaitCaughtUp(Duration.ofSeconds(20)).all().stream()
          .filter(baseline -> baseline.time().isAfter(START))
          .map(Baseline::subject)
          .filter(subject -> subject.startsWith("peers:"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void bothEnginesFindTheSameSequences() throws Exception {
    register();
    sendRefusedAndBorrowing();
    Map<String, Finding> flink = new TreeMap<>();
    backtest(flink);
    assertThat(flink.values())
        .filteredOn(finding -> finding.ruleId().equals(SEQUENCE))
        .as("in the group of one owner, and in the fleet")
        .extracting(Finding::recommendation)
        .contains(Recommendation.CONTAIN, Recommendation.NOTIFY);

    try (ScoringJob job = scoring();
        RiskJob risk =
            RiskJob.start(
                kafka,
                directory.resolve("risk"),
                new SimpleMeterRegistry(),
                RiskPolicy.OFF,
                new IncidentPolicy(Duration.ofHours(1), 3, Duration.ofHours(8)))) {
      risk.awaitRunning(Duration.ofSeconds(60));
      awaitSame(flink);
    }
    assertThat(streams()).isEqualTo(flink);
  }

  private Backtest.Summary backtest(Map<String, Finding> found) {
    return Backtest.run(
        kafka,
        directory.resolve("flink"),
        Scoring::standard,
        new Backtest.Span(START, Instant.now().plusSeconds(60), Duration.ZERO),
        finding -> found.put(finding.id(), finding));
  }

  private ScoringJob scoring() {
    return ScoringJob.start(
            kafka,
            2,
            directory.resolve("streams"),
            new SimpleMeterRegistry(),
            Scoring.standard(),
            RiskPolicy.OFF)
        .awaitRunning(Duration.ofSeconds(60));
  }

  private void awaitSame(Map<String, Finding> expected) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(streams().keySet()).isEqualTo(expected.keySet()));
  }

  private Map<String, Finding> driven() {
    Map<String, Finding> found = new TreeMap<>();
    try (DrivenScoring scoring = new DrivenScoring(kafka.topics(), Scoring.standard())) {
      written.forEach(one -> scoring.put(one.topic(), one.key(), one.document()));
      scoring.findings().forEach(finding -> found.put(finding.id(), finding));
    }
    return found;
  }

  private Map<String, Finding> streams() {
    Map<String, Finding> found = new TreeMap<>();
    for (KafkaProbe.Message message : probe.readAll(kafka.topics().findings())) {
      Finding finding = Finding.CODEC.decode(message.value().getBytes(StandardCharsets.UTF_8));
      found.put(finding.id(), finding);
    }
    return found;
  }

  private void register() {
    Baseline learned =
        new Baseline(
            GROUP,
            START.minusSeconds(600),
            "deletes",
            2_000,
            1_200_000,
            new Learned(60, 1_000, 3, 2, 3, 4, 5, START.minusSeconds(600), null, Extra.NONE),
            Extra.NONE);
    put(kafka.topics().baselines(), learned.key(), Baseline.CODEC.encode(learned));
    for (int i = 0; i < 4; i++) {
      Credential credential =
          new Credential(
              fingerprint(i),
              "k1",
              START.minusSeconds(600),
              "token-" + i,
              "oauth2-token",
              "cloud",
              "platform",
              i % 2 == 0 ? "production" : "staging",
              List.of("destroy:volume"),
              Map.of(),
              null,
              "test",
              Extra.NONE);
      put(kafka.topics().credentials(), fingerprint(i), Credential.CODEC.encode(credential));
    }
    for (int i = 0; i < AGENTS; i += 2) {
      Task task =
          new Task(
                  "task-" + i,
                  START.minusSeconds(600),
                  agent(i),
                  TaskStatus.OPEN,
                  "work",
                  List.of("staging"),
                  List.of("*"),
                  List.of(Verb.READ, Verb.WRITE),
                  List.of(fingerprint(i % 8)),
                  START.minusSeconds(600),
                  null,
                  "dana",
                  Extra.NONE)
              .ofProfile(i % 4 == 0 ? "refactoring" : null);
      // Before the actions: Kafka Streams takes what it joins in the order of time.
      put(kafka.topics().tasks(), agent(i), Task.CODEC.encode(task), task.time());
    }
  }

  /** Actions with one in fifty sent twice, and one record that is none; returns their ids. */
  private Set<String> send(Random random) {
    Set<String> ids = new HashSet<>();
    List<Action> sent = new ArrayList<>();
    for (int i = 0; i < ACTIONS; i++) {
      Action action = i % 50 == 49 ? sent.get(random.nextInt(sent.size())) : action(i, random);
      sent.add(action);
      ids.add(action.id());
      put(action);
    }
    for (int i = 0; i < BURST; i++) {
      ids.add("burst-" + i);
      put(
          ActionSample.of("burst-" + i, START.plusSeconds(ACTIONS + i))
              .agent(agent(0))
              .kind("claude-code")
              .command("rm f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20")
              .workingDirectory("/srv/app")
              .build());
    }
    put(kafka.topics().actions(), agent(0), "{\"event\":".getBytes(StandardCharsets.UTF_8));
    return ids;
  }

  private static Action action(int number, Random random) {
    boolean attempt = random.nextInt(3) > 0;
    int agent = random.nextInt(AGENTS);
    List<CredentialMention> mentions =
        random.nextInt(3) == 0 ? List.of(mention(attempt, random)) : List.of();
    return ActionSample.of("action-%05d".formatted(number), START.plusSeconds(number))
        .agent(agent(agent))
        .kind(agent % 3 == 0 || agent % 4 == 0 ? "claude-code" : null)
        .phase(attempt ? Phase.ATTEMPT : Phase.RESULT, attempt ? Outcome.UNKNOWN : Outcome.SUCCESS)
        .command(COMMANDS.get(random.nextInt(COMMANDS.size())))
        .workingDirectory("/srv/app")
        .environment("staging")
        .credentials(mentions)
        .build();
  }

  /** Three agents of one task are refused in a row, then one uses what nobody gave it. */
  private void sendRefusedAndBorrowing() {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < 3 * REFUSED; i++) {
      actions.add(
          ActionSample.of("refused-%02d".formatted(i), START.plusSeconds(ACTIONS + i))
              .agent("stuck-" + i % 3)
              .phase(Phase.RESULT, Outcome.FAILURE)
              .output(Json.mapper().createObjectNode().put("stdout", "HTTP/2 403"))
              .command("curl -X POST https://cloud.example/v1/volumes")
              .credentials(List.of(mention(true, 1)))
              .build());
    }
    actions.add(
        ActionSample.of("borrowed", START.plusSeconds(ACTIONS + 60))
            .agent("stuck-1")
            .command("curl -X POST https://cloud.example/v1/volumes")
            .credentials(List.of(mention(true, 0)))
            .build());
    actions.forEach(this::put);
  }

  private static CredentialMention mention(boolean attempt, Random random) {
    return mention(attempt, random.nextInt(8));
  }

  private static CredentialMention mention(boolean attempt, int credential) {
    return new CredentialMention(
        fingerprint(credential),
        "k1",
        "oauth2-token",
        attempt ? CredentialRole.USED : CredentialRole.SIGHTED,
        attempt ? "/input/command" : "/output/stdout",
        attempt ? null : "conf/.env",
        Extra.NONE);
  }

  private void put(String topic, String key, byte[] document) {
    put(topic, key, document, null);
  }

  /** At the time at which it was received, as a collector does it. */
  private void put(Action action) {
    put(kafka.topics().actions(), action.agentId(), Action.CODEC.encode(action), action.received());
  }

  private void put(String topic, String key, byte[] document, @Nullable Instant time) {
    probe.produce(topic, key, document, Map.of(), time);
    written.add(new Written(topic, key, document));
  }

  private static String agent(int number) {
    return "agent-" + number;
  }

  private static String fingerprint(int number) {
    return Integer.toHexString(number + 1).repeat(32);
  }
}
