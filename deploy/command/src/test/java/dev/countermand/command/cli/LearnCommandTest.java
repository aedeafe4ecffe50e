package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From scored actions on a real Kafka to a table of baselines. */
final class LearnCommandTest {
  @TempDir private Path directory;

  @Test
  void whatIsLearnedFromThePastCanBeListedAndShown() throws IOException {
    CommandsOnKafka commands = new CommandsOnKafka(directory, "learn", "").withTopics();
    Topics topics = commands.topics();
    Instant start = Instant.now().minus(Duration.ofHours(3));
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int hour = 0; hour < 3; hour++) {
        probe.produce(
            topics.scoredActions(), "a", scored(start.plus(Duration.ofHours(hour))).toString());
      }
      probe.produce(topics.scoredActions(), "a", "{");
    }

    Invocation learned = commands.call("learn", "--from", "7d", "--bounded", "--json");
    assertThat(learned.code()).as(learned.err()).isZero();
    JsonNode summary = Json.mapper().readTree(learned.out());
    // A committed transaction can be read when the broker has marked it in every partition.
    Awaitility.await("every key in the list")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> commands.call("baseline", "list", "--json"),
            listed -> listed.out().lines().count() == summary.get("keys").asLong());
    Invocation shown = commands.call("baseline", "show", "agent:billing-coder");
    Invocation unknown = commands.call("baseline", "show", "agent:x");

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
