package dev.countermand.command.replay;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.command.stack.Redactors;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.baseline.Feature;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.streams.flink.Summary;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays recorded sessions of benign agents at their own times: the learning job learns from the
 * first half, the second is scored. They are no part of the tree.
 */
class AnomalyReplayTest {
  private static final String SOURCE = "replay";
  private static final Set<String> RULES = Set.of("anomaly", "first-time");

  private final Scoring scoring = Scoring.standard();
  private final Redactor redactor = Redactors.offline(ConfigurationLoader.defaults());
  @TempDir private Path directory;

  @Test
  void ofAThousandBenignActionsAtMostOneIsOutOfTheOrdinaryToAnAgentsOwnBaseline()
      throws IOException {
    Result result = play(row -> row.path("agent").asText());

    assertThat(result.findings()).containsExactlyElementsOf(Recorded.golden("anomalies-own.txt"));
    assertThat((double) result.findings().size() / result.actions()).isLessThanOrEqualTo(0.001);
  }

  @Test
  void norToTheBaselineOfThePeersOfAgentsThatAreNew() throws IOException {
    Result result = play(row -> row.path("session").asText());

    assertThat(result.findings()).containsExactlyElementsOf(Recorded.golden("anomalies-peers.txt"));
    assertThat((double) result.findings().size() / result.actions()).isLessThanOrEqualTo(0.001);
  }

  private record Result(List<String> findings, int actions) {}

  private Result play(Function<JsonNode, String> agentOf) throws IOException {
    Path corpus = Recorded.corpus();
    assumeTrue(corpus != null, "skipped: ../shared/corpora is not beside this repository");
    List<JsonNode> rows =
        Recorded.rows(corpus).stream()
            .filter(row -> row.path("ts").isTextual())
            .sorted(Comparator.comparing((JsonNode row) -> time(row)))
            .toList();
    Map<String, AgentState> states = new HashMap<>();
    List<Action> learned = new ArrayList<>();
    for (JsonNode row : rows.subList(0, rows.size() / 2)) {
      score(row, agentOf.apply(row), Known.NOTHING, states)
          .forEach(scored -> learned.add(scored.action()));
    }
    Map<String, Baseline> baselines = learn(learned);
    Known known =
        new Known(fingerprint -> Optional.empty(), key -> Optional.ofNullable(baselines.get(key)));
    List<String> anomalies = new ArrayList<>();
    int actions = 0;
    for (JsonNode row : rows.subList(rows.size() / 2, rows.size())) {
      for (Scored scored : score(row, agentOf.apply(row), known, states)) {
        actions++;
        scored.findings().stream()
            .filter(finding -> RULES.contains(finding.ruleId()))
            .forEach(finding -> anomalies.add(line(row, scored.action(), finding)));
      }
    }
    assertABurstIsFound(rows.get(rows.size() - 1), agentOf, known, states);
    assertThat(actions).as("scored").isGreaterThan(1_000);
    assertThat(baselines).containsKey("peers:hook/none|" + Feature.READS.wireName());
    return new Result(anomalies, actions);
  }

  /** The silence above is worth something only if the same agent is heard when it deletes. */
  private void assertABurstIsFound(
      JsonNode last,
      Function<JsonNode, String> agentOf,
      Known known,
      Map<String, AgentState> states) {
    List<Recommendation> heard = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      ObjectNode row = last.deepCopy();
      row.put("seq", 100_000 + i)
          .put("input", "rm /srv/shop/f" + i)
          .put("ts", time(last).plusSeconds(60).plusMillis(500L * i).atOffset(UTC).toString());
      score(row, agentOf.apply(row), known, states).stream()
          .flatMap(scored -> scored.findings().stream())
          .filter(finding -> finding.ruleId().equals("anomaly"))
          .forEach(finding -> heard.add(finding.recommendation()));
    }
    // Of the deletes it becomes graver; the refusals that follow are a burst of their own.
    assertThat(heard)
        .startsWith(Recommendation.NOTIFY)
        .contains(Recommendation.ASK)
        .hasSizeLessThanOrEqualTo(4);
  }

  private static String line(JsonNode row, Action action, Finding finding) {
    return String.join(
        " ",
        row.path("session").asText(),
        "#" + row.path("seq"),
        action.phase().wireName(),
        finding.severity().wireName(),
        finding.recommendation().wireName() + ":",
        finding.summary());
  }

  private List<Scored> score(
      JsonNode row, String agent, Known known, Map<String, AgentState> states) {
    Instant time = time(row);
    ActionMaker maker = new ActionMaker(ActionRedactor.of(redactor), InstantSource.fixed(time));
    Reporter reporter = new Reporter(SOURCE, "hook", null, agent, null, null, false);
    List<Scored> both = new ArrayList<>();
    for (Phase phase : List.of(Phase.ATTEMPT, Phase.RESULT)) {
      Scored scored =
          scoring.score(
              maker.make(reporter, Recorded.report(row, phase, time)),
              null,
              known,
              states.getOrDefault(agent, AgentState.EMPTY));
      states.put(agent, scored.state());
      both.add(scored);
    }
    return both;
  }

  private static Instant time(JsonNode row) {
    return java.time.OffsetDateTime.parse(row.path("ts").asText()).toInstant();
  }

  /** What the learning job makes of it. */
  private Map<String, Baseline> learn(List<Action> actions) {
    KafkaSettings kafka =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(),
            new Topics(KafkaProbe.uniqueName("anomaly-replay")),
            Map.of());
    new TopicAdmin(kafka).ensure(kafka.topics().all(), 2, 1);
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(kafka.producer(SOURCE))) {
      for (Action action : actions) {
        producer.send(
            new ProducerRecord<>(
                kafka.topics().scoredActions(), action.agentId(), Action.CODEC.encode(action)));
      }
    }
    Summary summary =
        LearningJob.learn(
            LearningSettings.of(kafka, directory),
            actions.get(0).time(),
            actions.get(actions.size() - 1).time().plusMillis(1));
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      return Awaitility.await("the baselines that were committed")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  view.awaitCaughtUp(Duration.ofSeconds(20)).all().stream()
                      .collect(Collectors.toMap(Baseline::key, Function.identity())),
              learned -> learned.size() == summary.keys());
    }
  }
}
