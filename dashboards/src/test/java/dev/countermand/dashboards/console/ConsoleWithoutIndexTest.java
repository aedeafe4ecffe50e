package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.Ports;
import dev.countermand.model.Action;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ActionSample;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console still does while no Elasticsearch answers. */
final class ConsoleWithoutIndexTest {
  @TempDir static Path directory;
  private static ConsoleRig rig;
  private static Browser rosa;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new ConsoleRig(
            directory, "http://127.0.0.1:" + Ports.free(), Map.of(), InstantSource.system());
    rosa = rig.signedIn(ConsoleRig.RESPONDER);
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  private static void act(String id) {
    Action action = ActionSample.of(id, Instant.now()).agent("coder").command("uptime").build();
    rig.put(rig.topics.scoredActions(), "coder", Action.CODEC, action);
  }

  @Test
  void itSaysThatTheIndexIsAwayAndShowsWhatItKnows() {
    JsonNode overview = rosa.get("/api/overview").body();

    assertThat(overview.path("index").asText()).isEqualTo("away");
    assertThat(overview.path("minutes")).isEmpty();
    assertThat(rosa.get("/api/agents").status()).isEqualTo(200);
    assertThat(rosa.get("/api/waiting").status()).isEqualTo(200);
    assertThat(rosa.get("/api/incidents").status()).isEqualTo(200);
    assertThat(rosa.get("/api/search?q=x").status()).isEqualTo(503);
    assertThat(rosa.get("/api/search?q=x").code()).isEqualTo("INDEX_AWAY");
  }

  @Test
  void aTimelineIsReadFromKafkaAndTellsWhereEachEntryStandsThere() {
    act("from-kafka");

    JsonNode body = rosa.get("/api/timeline?agent=coder").body();

    assertThat(body.path("source").asText()).isEqualTo("kafka");
    assertThat(body.path("entries").findValuesAsText("id")).contains("from-kafka");
    assertThat(body.at("/entries/0/kafka/topic").asText()).isEqualTo(rig.topics.scoredActions());
  }

  @Test
  void whatHappensIsToldAndOrdersAreTakenAlsoForAgentsThatOnlyTheIndexMayKnow() throws Exception {
    try (Events events = rosa.follow("/api/live?agent=coder", Map.of())) {
      Awaitility.await().until(() -> !events.comments().isEmpty());
      act("live");
      events.await("entry", one -> one.path("id").asText().equals("live"));
    }
    ObjectNode why = Json.mapper().createObjectNode().put("reason", "now");
    assertThat(rosa.post("/api/agents/contain?id=coder", why).status()).isEqualTo(202);
  }
}
