package dev.countermand.dashboards.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.console.Browser.Answer;
import dev.countermand.model.Action;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ActionSample;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids that agents gave themselves, and parameters that nobody's page sends. */
final class OddRequestsTest {
  private static final List<String> IDS =
      List.of(
          "/../",
          "..",
          ".",
          "a/../../health",
          "%2F",
          "a%2Fb%00",
          " ",
          "a b",
          "?",
          "#",
          "a?b=c&id=d#e",
          "a+b;c",
          "\uD83D\uDE80",
          "\u202Etxt.exe",
          "\\\"'<script>alert(1)</script>",
          "x".repeat(1_000),
          "\u9577".repeat(1_000));

  private static final Set<String> NUMBERS = Set.of("limit", "from", "to", "before", "after");

  private static final List<String> HOSTILE_NUMBERS =
      List.of(
          " ",
          "-1",
          "0",
          "00",
          "1e3",
          "1.5",
          "NaN",
          "Infinity",
          "-9223372036854775809",
          "9223372036854775808",
          "9".repeat(500),
          "\u0663",
          "\uFF15",
          "now",
          "-1000000000-01-01T00:00:00Z",
          "+1000000000-12-31T23:59:59.999999999Z",
          "+10000-01-01T00:00:00Z",
          "0000-12-31T23:59:59Z",
          "2026-02-30T00:00:00Z",
          "\uFF12026-01-01T00:00:00Z",
          "2026-01-01T00:00:00+99:99");

  private static final List<String> HOSTILE_WORDS =
      List.of(
          "",
          " ",
          "\u0000",
          "*",
          "../..",
          "a\nb",
          "\uD83D\uDE80",
          "\uD83D",
          "{\"query\":{}}",
          "~~((\"\\",
          "_all,*:*",
          "x".repeat(513),
          "\u9577".repeat(2_049));

  /** Each path that reads, with what makes it a whole request, and all its parameters. */
  private static final Map<String, List<String>> PARAMETERS =
      new TreeMap<>(
          Map.of(
              "/api/overview?", List.of(),
              "/api/agents?", List.of("q", "limit"),
              "/api/agents/one?id=a", List.of("id"),
              "/api/incidents?", List.of("q", "agent", "status", "before", "limit"),
              "/api/incidents/one?id=a", List.of("id"),
              "/api/timeline?agent=a", List.of("from", "to", "limit", "agent"),
              "/api/orders/one?id=a", List.of("id"),
              "/api/credentials?", List.of("q", "limit"),
              "/api/credentials/one?id=a", List.of("id"),
              "/api/search?", List.of("q", "agent", "verb", "from", "to", "limit")));

  @TempDir static Path directory;
  private static ConsoleRig rig;
  private static Browser admin;

  @BeforeAll
  static void start() throws Exception {
    rig = new ConsoleRig(directory);
    admin = rig.signedIn(ConsoleRig.ADMIN);
    Instant now = Instant.now();
    for (String id : IDS) {
      rig.put(
          rig.topics.tasks(),
          id,
          Task.CODEC,
          new Task(
              "task",
              now,
              id,
              TaskStatus.OPEN,
              "to be odd",
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              now,
              null,
              "alice",
              Extra.NONE));
      Action action = ActionSample.of(document(id), now).agent(id).command("ls").build();
      rig.put(rig.topics.scoredActions(), id, Action.CODEC, action);
    }
    rig.awaitIndexed(DataStream.ACTION, IDS.size());
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  /** The id of an action that is as odd as an index can take. */
  private static String document(String id) {
    return id.substring(0, Math.min(100, id.length()));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  private static ObjectNode reason() {
    return Json.mapper().createObjectNode().put("reason", "because");
  }

  @ParameterizedTest
  @MethodSource("ids")
  void whateverAnAgentCallsItselfItsPageOpensAndItCanBeContained(String id) throws Exception {
    String encoded = encoded(id);
    Answer agent =
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> admin.get("/api/agents/one?id=" + encoded), it -> it.status() == 200);
    assertThat(agent.body().path("id").asText()).isEqualTo(id);
    assertThat(agent.body().at("/task/purpose").asText()).isEqualTo("to be odd");

    Answer story = admin.get("/api/timeline?agent=" + encoded);
    assertThat(story.status()).isEqualTo(200);
    assertThat(story.body().at("/entries/0/agent").asText()).isEqualTo(id);
    assertThat(admin.get("/api/search?agent=" + encoded).body().path("total").asInt()).isEqualTo(1);
    assertThat(admin.get("/api/incidents?agent=" + encoded).status()).isEqualTo(200);
    String stream = story.body().at("/entries/0/elasticsearch/data_stream").asText();
    Answer document =
        admin.get("/api/documents/one?stream=" + stream + "&id=" + encoded(document(id)));
    assertThat(document.body().at("/document/event/id").asText()).isEqualTo(document(id));

    try (Events events = admin.follow("/api/live?agent=" + encoded, Map.of())) {
      assertThat(events.status()).isEqualTo(200);
    }
    Answer contained = admin.post("/api/agents/contain?id=" + encoded, reason());
    assertThat(contained.status()).as("%s", contained.body()).isEqualTo(202);
    assertThat(
            rig.probe.readAll(rig.topics.containmentOrders()).stream()
                .map(message -> String.valueOf(message.value())))
        .anyMatch(order -> order.contains(contained.body().path("order").asText()));
  }

  static Stream<String> ids() {
    return IDS.stream();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void whatNoParameterCanBeIsRefusedByNameAndNeverAFailure(String path) {
    for (String name : PARAMETERS.getOrDefault(path, List.of())) {
      boolean isNumber = NUMBERS.contains(name);
      for (String value : isNumber ? HOSTILE_NUMBERS : HOSTILE_WORDS) {
        // The first of two of one name is the one that is read.
        String base = path.endsWith(name + "=a") ? path.replace(name + "=a", "") : path + "&";
        String request = base + name + "=" + encoded(value);

        Answer answer = admin.get(request);

        assertThat(answer.status()).as("%s: %s", request, answer.body()).isLessThan(500);
        if (isNumber) {
          assertThat(answer.code()).as(request).isEqualTo("CONSOLE_REQUEST_INVALID");
          assertThat(answer.status()).as(request).isEqualTo(400);
        } else if (answer.status() != 200) {
          assertThat(answer.code()).as(request).isNotEmpty();
        }
      }
    }
    assertThat(admin.get(path + "&unknown=" + encoded("\u0000")).status()).isLessThan(500);
  }

  static Stream<String> paths() {
    return PARAMETERS.keySet().stream();
  }

  @Test
  void theOtherPathsRefuseWhatIsHostileToo() {
    for (String value : HOSTILE_NUMBERS) {
      String given = encoded(value);
      assertThat(admin.get("/api/audit?limit=" + given).status()).as(value).isEqualTo(400);
      if (!Set.of("0", "00").contains(value)) {
        assertThat(admin.get("/api/live?after=" + given).status()).as(value).isEqualTo(400);
      }
    }
    for (String value : HOSTILE_WORDS.stream().filter(word -> !IDS.contains(word)).toList()) {
      String given = encoded(value);
      for (String act :
          List.of("/api/agents/contain", "/api/agents/release", "/api/waiting/answer")) {
        Answer answer =
            admin.post(act + "?id=" + given, reason().put("agent", value).put("answer", "deny"));
        // Who is not known is contained all the same while that cannot be looked up.
        assertThat(answer.status()).as(act + " " + value).isLessThan(500);
        assertThat(answer.status() == 202 || !answer.code().isEmpty()).as(act + value).isTrue();
      }
      for (String read : List.of("stream=" + given + "&id=a", "stream=a&id=" + given)) {
        assertThat(admin.get("/api/documents/one?" + read).status()).as(read).isBetween(400, 499);
      }
    }
  }

  @Test
  void aSpanAtTheEdgesOfWhatIsTakenIsAnswered() {
    Answer all =
        admin.get("/api/timeline?agent=.&from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z");

    assertThat(all.status()).as("%s", all.body()).isEqualTo(200);
    assertThat(all.body().path("entries")).hasSize(1);
  }
}
