package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BacktestCommandTest {
  private static final Instant START = Instant.now().minus(Duration.ofHours(3));

  @TempDir Path directory;
  private Path config;
  private Topics topics;

  @BeforeEach
  void record() throws IOException {
    String prefix = KafkaProbe.uniqueName("backtest");
    String bootstrap = TestServers.kafka().bootstrapServers();
    config = directory.resolve("countermand.yaml");
    Files.writeString(config, settings(bootstrap, prefix));
    Files.writeString(
        directory.resolve("new.yaml"),
        settings(bootstrap, prefix)
            + "scoring: {environments: {staging: [\"*.shop.example.com\"]}}\n");
    topics = new Topics(prefix);
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      List<String> commands = List.of("git status", "dropdb -h db7.shop.example.com orders", "ls");
      for (int i = 0; i < commands.size(); i++) {
        Action action =
            ActionSample.of("action-" + i, START.plusSeconds(i * 60L))
                .agent("coder")
                .command(commands.get(i))
                .environment("staging")
                .phase(Phase.RESULT, Outcome.SUCCESS)
                .build();
        put(probe, topics.actions(), "coder", Action.CODEC.encode(action));
      }
      put(
          probe,
          topics.containmentOrders(),
          "asked",
          ContainmentOrder.CODEC.encode(
              ContainmentOrder.byPerson(
                  "order-of-asked", START, OrderKind.CONTAIN, "asked", "why", List.of(), "ada")));
      put(
          probe,
          topics.containmentOutcomes(),
          "asked",
          ContainmentOutcome.CODEC.encode(
              OutcomeSample.of("asked", Step.KILL_SWITCH, StepState.VERIFIED, START)));
      for (Step step : List.of(Step.KILL_SWITCH, Step.RELEASE)) {
        put(
            probe,
            topics.containmentOutcomes(),
            "coder",
            ContainmentOutcome.CODEC.encode(
                OutcomeSample.of(
                    "coder",
                    step,
                    StepState.VERIFIED,
                    START.plusSeconds(step == Step.RELEASE ? 600 : 90))));
      }
    }
  }

  private String settings(String bootstrap, String prefix) {
    return "data: %s/data\nkafka: {bootstrap: \"%s\", topic-prefix: %s, partitions: 2}\n"
        .formatted(directory, bootstrap, prefix);
  }

  private static void put(KafkaProbe probe, String topic, String key, byte[] document) {
    probe.produce(topic, key, new String(document, StandardCharsets.UTF_8));
  }

  private List<JsonNode> backtest(String... options) throws IOException {
    String[] words = new String[options.length + 4];
    System.arraycopy(new String[] {"backtest", "-c", config.toString(), "--json"}, 0, words, 0, 4);
    System.arraycopy(options, 0, words, 4, options.length);
    Invocation run = Invocation.of("", words);
    assertThat(run.code()).as(run.err()).isZero();
    return Json.mapper().readerFor(JsonNode.class).<JsonNode>readValues(run.out()).readAll();
  }

  @Test
  void theRulesInForceSayWhatTheyWouldHaveFoundAndWhatWasDone() throws IOException {
    List<JsonNode> lines = backtest();

    assertThat(lines)
        .filteredOn(line -> line.has("rule"))
        .filteredOn(line -> line.get("rule").asText().equals("destructive"))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.get("findings").asLong()).isEqualTo(1);
              assertThat(Instant.parse(rule.get("first").asText()))
                  .isEqualTo(START.plusSeconds(60));
            });
    assertThat(lines)
        .filteredOn(line -> line.path("agent").asText().equals("asked"))
        .singleElement()
        .satisfies(
            agent -> {
              assertThat(agent.get("by_hand").asBoolean()).isTrue();
              assertThat(agent.get("was_stopped_by").asText()).isEqualTo("ada");
            });
    assertThat(lines)
        .filteredOn(line -> line.path("agent").asText().equals("coder"))
        .singleElement()
        .satisfies(
            agent -> {
              assertThat(agent.get("by_hand").asBoolean()).isFalse();
              assertThat(agent.get("was_stopped").asText())
                  .isEqualTo(START.plusSeconds(90).toString());
              assertThat(agent.get("released").asText())
                  .isEqualTo(START.plusSeconds(600).toString());
            });
    assertThat(lines.get(lines.size() - 1).get("actions").asLong()).isEqualTo(3);
  }

  @Test
  void otherRulesAreTriedOnTheSamePast() throws IOException {
    assertThat(stops(backtest())).isEqualTo(START.plusSeconds(60).toString());

    assertThat(stops(backtest("--rules", directory.resolve("new.yaml").toString())))
        .isEqualTo("never");
  }

  @Test
  void anActionIsJudgedByTheTaskOfItsTimeThoughAnotherReplacedIt() throws IOException {
    Task then = task("move-orders", START.minusSeconds(60), List.of("*"));
    Task now = task("write-docs", START.plusSeconds(600), List.of("development"));

    open(now);
    assertThat(stops(backtest())).as("by the only task that is known").isNotEqualTo("never");

    open(then);
    assertThat(stops(backtest())).isEqualTo("never");
  }

  private void open(Task task) {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      put(probe, topics.tasks(), task.agentId(), Task.CODEC.encode(task));
    }
  }

  private static Task task(String id, Instant from, List<String> environments) {
    return new Task(
        id,
        from,
        "coder",
        TaskStatus.OPEN,
        "move the orders",
        environments,
        List.of("*"),
        List.of(Verb.READ, Verb.WRITE, Verb.DELETE, Verb.DESTROY),
        List.of(),
        from,
        null,
        "ada",
        Extra.NONE);
  }

  @Test
  void whatIsOutsideTheSpanIsNotToldOf() throws IOException {
    List<JsonNode> lines = backtest("--from", "1h");

    assertThat(lines).filteredOn(line -> line.has("rule") || line.has("agent")).isEmpty();
    assertThat(lines.get(0).get("actions").asLong()).as("for the agents' past").isEqualTo(3);
  }

  @Test
  void rulesThatCannotBeReadAreRefusedAtOnce() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.yaml"), "scoring: {nonsense: 1}\n");

    Invocation refused =
        Invocation.of("", "backtest", "-c", config.toString(), "--rules", broken.toString());

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("CONFIG_UNKNOWN_KEY");
  }

  private static String stops(List<JsonNode> lines) {
    return lines.stream()
        .filter(line -> line.path("agent").asText().equals("coder"))
        .map(line -> line.get("would_stop"))
        .map(when -> when.isNull() ? "never" : when.textValue())
        .findFirst()
        .orElse("never");
  }
}
