package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From scored actions on a real Kafka to a table of baselines. */
final class LearnCommandTest {
  @TempDir private Path directory;

  @Test
  void whatIsLearnedFromThePastCanBeListedAndShown() throws IOException {
    String prefix = KafkaProbe.uniqueName("learn");
    String bootstrap = TestServers.kafka().bootstrapServers();
    Path config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "data: %s/data\nkafka: {bootstrap: \"%s\", topic-prefix: %s, partitions: 2}\n"
            .formatted(directory, bootstrap, prefix));
    Topics topics = new Topics(prefix);
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    Instant start = Instant.now().minus(Duration.ofHours(3));
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int hour = 0; hour < 3; hour++) {
        probe.produce(
            topics.scoredActions(), "a", scored(start.plus(Duration.ofHours(hour))).toString());
      }
      probe.produce(topics.scoredActions(), "a", "{");
    }

    Invocation learned =
        Invocation.of("", "learn", "-c", config.toString(), "--from", "7d", "--bounded", "--json");
    assertThat(learned.code()).as(learned.err()).isZero();
    JsonNode summary = Json.mapper().readTree(learned.out());
    // A committed transaction can be read when the broker has marked it in every partition.
    Awaitility.await("every key in the list")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> Invocation.of("", "baseline", "list", "-c", config.toString(), "--json"),
            listed -> listed.out().lines().count() == summary.get("keys").asLong());
    Invocation shown =
        Invocation.of("", "baseline", "show", "-c", config.toString(), "agent:billing-coder");
    Invocation unknown = Invocation.of("", "baseline", "show", "-c", config.toString(), "agent:x");

    assertThat(summary.get("keys").asLong()).isPositive();
    assertThat(summary.get("windows").asLong()).isGreaterThanOrEqualTo(3);
    assertThat(summary.get("unreadable").asLong()).isEqualTo(1);
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains("SUBJECT", "of 3 active windows", "was seen with 1 of kind effect");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("BASELINE_UNKNOWN");
  }

  @Test
  void anEndWithoutABoundIsRefused() {
    Invocation refused = Invocation.of("", "learn", "--to", "1h");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--to is only for --bounded.");
  }

  @Test
  void aMomentNobodyUnderstandsIsRefused() {
    Invocation refused = Invocation.of("", "learn", "--from", "yesterday");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("nor an instant such as");
  }

  /** The example of an action at another time, without a finding, of an agent that may act. */
  private static JsonNode scored(Instant time) throws IOException {
    try (InputStream in =
        Action.class.getResourceAsStream("/dev/countermand/examples/action-1.json")) {
      ObjectNode action = (ObjectNode) Json.mapper().readTree(in);
      action.put("@timestamp", time.toString());
      ((ObjectNode) action.get("event")).put("created", time.toString());
      ((ObjectNode) action.at("/countermand/score"))
          .put("severity", "none")
          .put("verdict", "allow")
          .remove("contained_by");
      return action;
    }
  }
}
