package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.TestServers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  private static final Path SAMPLES = Path.of("../../shared/corpora/hooks-samples.jsonl.gz");

  @TempDir Path data;

  @Test
  void everyRecordedPayloadOfClaudeCodeIsTakenOrRefusedAndNoneBreaksTheGateway() throws Exception {
    assumeTrue(Files.exists(SAMPLES), "no " + SAMPLES + ": the samples are not replayed");
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    int taken = 0;
    try (ScriptedScorer scorer = ScriptedScorer.start(kafka, action -> Decision.ALLOW);
        GatewayFixture gateway = GatewayFixture.start(kafka, data)) {
      for (JsonNode payload : payloads()) {
        GatewayFixture.Reply reply = gateway.hook(payload.toString());
        assertThat(reply.status()).as(payload.toString()).isEqualTo(whole(payload) ? 200 : 400);
        if (reply.status() == 400) {
          assertThat(reply.code()).isEqualTo("FIELD_MISSING");
        } else {
          taken++;
        }
      }
    }
    assertThat(taken).isGreaterThan(10);
  }

  /** Some samples are answers, or leave out what they do not talk about. */
  private static boolean whole(JsonNode payload) {
    String event = payload.path("hook_event_name").asText();
    boolean ofTool = event.endsWith("ToolUse") || event.startsWith("Permission");
    return ClaudeCodeEvent.ALL.contains(event)
        && (!ofTool || (payload.has("tool_name") && payload.has("tool_input")));
  }

  private static List<JsonNode> payloads() throws Exception {
    List<JsonNode> payloads = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(SAMPLES)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = Json.mapper().readTree(line);
        if (row.path("agent").asText().equals("claude")) {
          payloads.add(row.path("payload"));
        }
      }
    }
    return payloads;
  }
}
