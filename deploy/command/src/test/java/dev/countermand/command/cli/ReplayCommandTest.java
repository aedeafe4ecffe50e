package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Severity;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stretch of history on a real Kafka, played again by the command. */
final class ReplayCommandTest {
  private static final Instant START =
      Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.MILLIS);

  @TempDir static Path directory;

  private static Path config;
  private static Topics live;

  @BeforeAll
  static void happened() throws Exception {
    live = new Topics(KafkaProbe.uniqueName("live"));
    String bootstrap = TestServers.kafka().bootstrapServers();
    config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "kafka: {bootstrap: \"%s\", topic-prefix: %s, partitions: 2}\n"
            .formatted(bootstrap, live.prefix()));
    new TopicAdmin(new KafkaSettings(bootstrap, live, Map.of())).ensure(live.all(), 2, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      byte[] order = exampleOrder();
      probe.produce(live.containmentOrders(), "agent-1", order, Map.of());
      probe.produce(live.findings(), "agent-1", Finding.CODEC.encode(finding()), Map.of());
      for (int i = 0; i < 3; i++) {
        Action action =
            ActionSample.of("a" + i, START.plusSeconds(i))
                .agent(i == 1 ? "agent-2" : "agent-1")
                .build();
        byte[] value = Action.CODEC.encode(action);
        probe.produce(live.actions(), action.agentId(), value, Map.of());
        probe.produce(live.scoredActions(), action.agentId(), value, Map.of());
      }
    }
  }

  private static Finding finding() {
    return FindingSample.of("a0:found", START.plusMillis(100))
        .action("a0")
        .agent("agent-1")
        .rule("some-rule")
        .severity(Severity.HIGH)
        .build();
  }

  private static byte[] exampleOrder() throws Exception {
    try (InputStream example =
        ContainmentOrder.class.getResourceAsStream(
            "/dev/countermand/examples/containment-order-1.json")) {
      JsonNode tree = Json.mapper().readTree(example);
      ((ObjectNode) tree)
          .put("@timestamp", START.plusMillis(200).toString())
          .withObject("/gen_ai/agent")
          .put("id", "agent-1");
      return Json.mapper().writeValueAsBytes(tree);
    }
  }

  private static Invocation replay(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("replay", "-c", config.toString(), "--speed", "max"));
    arguments.addAll(Arrays.asList(options));
    return Invocation.of("", arguments.toArray(String[]::new));
  }

  private static List<JsonNode> lines(Invocation done) throws Exception {
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : done.out().split("\n")) {
      lines.add(Json.mapper().readTree(line));
    }
    return lines;
  }

  private static List<String> kinds(List<JsonNode> lines) {
    return lines.stream().map(line -> line.path("kind").asText()).toList();
  }

  @Test
  void toStandardOutputEveryRecordIsALineInTheOrderOfTimeCauseBeforeEffect() throws Exception {
    Invocation done = replay();

    List<JsonNode> lines = lines(done);
    assertThat(kinds(lines))
        .containsExactly(
            "actions",
            "scored-actions",
            "findings",
            "containment-orders",
            "actions",
            "scored-actions",
            "actions",
            "scored-actions");
    assertThat(lines.get(0).at("/document/event/id").asText()).isEqualTo("a0");
    assertThat(lines.get(0).at("/kafka/topic").asText()).isEqualTo(live.actions());
    assertThat(done.err()).contains("8 records were played");
  }

  @Test
  void agentKindAndSpanCutItOut() throws Exception {
    assertThat(lines(replay("--agent", "agent-2", "--kind", "actions"))).hasSize(1);
    assertThat(kinds(lines(replay("--kind", "findings,containment-orders"))))
        .containsExactly("findings", "containment-orders");
    assertThat(lines(replay("--from", START.plusSeconds(2).toString()))).hasSize(2);
  }

  @Test
  void anotherPrefixGetsTheSameBytesAndEachSaysWhereItIsFromAndTheTimelineTellsIt()
      throws Exception {
    Topics copy = new Topics(KafkaProbe.uniqueName("replay-case"));

    Invocation done = replay("--to-prefix", copy.prefix());

    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out()).isEmpty();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      List<KafkaProbe.Message> orders = probe.readAll(copy.containmentOrders());
      List<KafkaProbe.Message> originals = probe.readAll(live.containmentOrders());
      assertThat(orders).hasSize(1);
      assertThat(orders.get(0).value()).isEqualTo(originals.get(0).value());
      assertThat(orders.get(0).key()).isEqualTo("agent-1");
      assertThat(orders.get(0).headers())
          .containsExactly(
              Map.entry(
                  "countermand-replay",
                  live.containmentOrders() + "-" + originals.get(0).partition() + "@0"));
      assertThat(originals).as("nothing is added to what is live").hasSize(1);
      assertThat(probe.readAll(copy.scoredActions())).hasSize(3);
    }
    Invocation story =
        Invocation.of(
            "",
            "timeline",
            "-c",
            config.toString(),
            "--topic-prefix",
            copy.prefix(),
            "--agent",
            "agent-1",
            "--json");
    assertThat(story.out())
        .contains("\"id\":\"a0\"", "\"id\":\"a0:found\"", copy.scoredActions())
        .doesNotContain(live.prefix() + ".");

    Invocation again = replay("--to-prefix", copy.prefix());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("REPLAY_PREFIX_USED");
  }

  @Test
  void shiftedToNowEveryMomentMovesByOneSpan() throws Exception {
    Instant before = Instant.now();
    List<JsonNode> lines = lines(replay("--kind", "actions,findings", "--shift-to-now"));

    Instant first = Instant.parse(lines.get(0).at("/document/@timestamp").asText());
    assertThat(first).isBetween(before.minusMillis(1), Instant.now());
    Instant found = Instant.parse(lines.get(1).at("/document/@timestamp").asText());
    assertThat(Duration.between(first, found)).isEqualTo(Duration.ofMillis(100));
    Instant last = Instant.parse(lines.get(3).at("/document/@timestamp").asText());
    assertThat(Duration.between(first, last)).isEqualTo(Duration.ofSeconds(2));
    assertThat(lines.get(0).path("time").asText()).isEqualTo(START.toString());
  }

  @Test
  void theLivePrefixAndAnyThatIsNoReplaysIsRefusedAndNothingIsCreated() throws Exception {
    for (String prefix :
        List.of(live.prefix(), "countermand", "replay-", "replay-a b", "Replay-x")) {
      Invocation done = replay("--to-prefix", prefix);
      assertThat(done.code()).as(prefix).isEqualTo(1);
      assertThat(done.err()).contains("REPLAY_PREFIX_REFUSED");
    }
    String replayed = KafkaProbe.uniqueName("replay-live");
    Path other = directory.resolve("replayed.yaml");
    Files.writeString(other, Files.readString(config).replace(live.prefix(), replayed));
    Invocation itself =
        Invocation.of("", "replay", "-c", other.toString(), "--to-prefix", replayed);
    assertThat(itself.err()).as("a replay onto itself").contains("REPLAY_PREFIX_REFUSED");
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      assertThat(probe.topics()).noneMatch(topic -> topic.startsWith(replayed));
    }
  }

  @Test
  void whatCannotBeAskedIsAClearError() {
    assertThat(replay("--kind", "findngs").err()).contains("Did you mean findings?");
    assertThat(replay("--speed", "fast").code()).isEqualTo(2);
    assertThat(replay("--from", "now", "--to", "1d").code()).isEqualTo(2);
    assertThat(replay("--incident", "none").err()).contains("INCIDENT_UNKNOWN");
  }
}
