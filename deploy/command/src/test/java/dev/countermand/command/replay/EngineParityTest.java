package dev.countermand.command.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.RiskJob;
import dev.countermand.streams.ScoringJob;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.streams.flink.backtest.Backtest;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same recorded actions through Kafka Streams and through Flink, both real, and through the
 * topology in one thread.
 */
class EngineParityTest {
  private static final String SEQUENCE = "refused-then-borrowed";

  private final KafkaSettings kafka =
      new KafkaSettings(
          TestServers.kafka().bootstrapServers(),
          new Topics(KafkaProbe.uniqueName("parity")),
          Map.of());

  @TempDir Path directory;
  private KafkaProbe probe;
  private ParityTraffic traffic;

  @BeforeEach
  void createTopics() {
    probe = new KafkaProbe(TestServers.kafka());
    probe.createTopics(
        kafka.topics().all().stream()
            .map(t -> new NewTopic(t.name(), 1, (short) 1).configs(t.settings()))
            .toList());
    traffic = new ParityTraffic(kafka.topics(), probe);
  }

  @AfterEach
  void close() {
    probe.close();
  }

  @Test
  void everyEngineFindsTheSame() throws Exception {
    traffic.register();
    Set<String> ids = traffic.send(new Random(7));

    Map<String, Finding> flink = new TreeMap<>();
    Backtest.Summary summary = backtest(flink);
    assertThat(summary)
        .isEqualTo(
            new Backtest.Summary(
                ids.size(), ParityTraffic.ACTIONS + ParityTraffic.BURST - ids.size(), 1, 0));
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
                assertThat(String.join(" ", finding.because()))
                    .contains("its peers, " + ParityTraffic.GROUP));
    assertThat(streams()).isEqualTo(flink);
    assertThat(driven()).isEqualTo(flink);
  }

  @Test
  void theGroupsThatAreLearnedAreThoseThatAgentsAreComparedWith() throws Exception {
    traffic.register();
    Set<String> ids = traffic.send(new Random(11));
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
        .containsExactlyInAnyOrder(
            ParityTraffic.GROUP, "peers:claude-code/none", "peers:hook/none");

    LearningJob.learn(
        LearningSettings.of(kafka, directory.resolve("learning")),
        ParityTraffic.START.minusSeconds(60),
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
          .filter(baseline -> baseline.time().isAfter(ParityTraffic.START))
          .map(Baseline::subject)
          .filter(subject -> subject.startsWith("peers:"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void bothEnginesFindTheSameSequences() throws Exception {
    traffic.register();
    traffic.sendRefusedAndBorrowing();
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
        new Backtest.Span(ParityTraffic.START, Instant.now().plusSeconds(60), Duration.ZERO),
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
      traffic.written().forEach(one -> scoring.put(one.topic(), one.key(), one.document()));
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
}
