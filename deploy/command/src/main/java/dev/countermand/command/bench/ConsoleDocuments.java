package dev.countermand.command.bench;

import dev.countermand.embedded.Progress;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Waits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Actions for the console to show, written to Elasticsearch directly. For one thread. */
final class ConsoleDocuments {
  /** The agent with the long story. */
  static final String BUSY = "agent-0";

  /** How many actions of it are indexed, within a quarter of an hour. */
  static final int STORY = 10_000;

  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int AGENTS = 500;
  private static final int BULK = 2_000;
  private static final int MANY = 1_000_000;
  private static final int START = 60;
  private static final long SEED = 42;
  private static final Verb[] VERBS = {
    Verb.READ, Verb.READ, Verb.READ, Verb.EXECUTE, Verb.WRITE, Verb.WRITE, Verb.DELETE
  };

  private final URI elasticsearch;
  private final String stream;
  private final Instant now;
  private final Progress progress;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Random random = new Random(SEED);

  ConsoleDocuments(URI elasticsearch, String stream, Instant now, Progress progress) {
    this.elasticsearch = elasticsearch;
    this.stream = stream;
    this.now = now;
    this.progress = progress;
  }

  static String agent(int number) {
    return "agent-" + number;
  }

  /**
   * Indexes so many, of the last 30 days; the long story is among them. Returns when it is done.
   *
   * @param template without it the stream would have fields of guessed types
   * @throws IllegalStateException when the template is not there within a minute
   */
  void index(int count, String template) throws IOException, InterruptedException {
    HttpRequest asked =
        HttpRequest.newBuilder(elasticsearch.resolve("/_index_template/" + template)).build();
    Waits.until(
            LONGEST,
            LOOK,
            () ->
                client.send(asked, BodyHandlers.discarding()).statusCode() == 200
                    ? Optional.of(true)
                    : Optional.<Boolean>empty())
        .orElseThrow(() -> new IllegalStateException("there is no template " + template));
    ByteArrayOutputStream bulk = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      add(bulk, action(i));
      if (i % BULK == BULK - 1) {
        post("/_bulk", bulk);
      }
      if (i % MANY == MANY - 1) {
        progress.step("Indexed " + (i + 1) + " of " + count);
      }
    }
    if (bulk.size() > 0) {
      post("/_bulk", bulk);
    }
    post("/" + stream + "/_refresh", bulk);
  }

  private void add(ByteArrayOutputStream bulk, Action action) {
    String head = "{\"create\":{\"_index\":\"" + stream + "\",\"_id\":\"" + action.id() + "\"}}\n";
    bulk.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    bulk.writeBytes(Action.CODEC.encode(action));
    bulk.write('\n');
  }

  private void post(String path, ByteArrayOutputStream body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(elasticsearch.resolve(path))
                .header("content-type", "application/x-ndjson")
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build(),
            BodyHandlers.ofString());
    String start = response.body().substring(0, Math.min(START, response.body().length()));
    // Before the answers to the documents one by one.
    if (response.statusCode() >= 300 || start.contains("\"errors\":true")) {
      throw new IOException("Elasticsearch answers " + response.statusCode() + " to " + path);
    }
    body.reset();
  }

  private Action action(int number) {
    boolean isStory = number < STORY;
    Duration ago =
        isStory
            ? Duration.ofMillis(number * 90L)
            : Duration.ofMillis((long) (random.nextDouble() * Duration.ofDays(30).toMillis()));
    Instant time = now.minus(ago);
    String agent = isStory ? BUSY : agent(1 + random.nextInt(AGENTS - 1));
    Verb verb = VERBS[random.nextInt(VERBS.length)];
    String file = "src/module-" + random.nextInt(200) + "/File" + random.nextInt(5_000) + ".java";
    boolean touches = random.nextInt(50) == 0;
    return new Action(
        "bench-" + number,
        time,
        time,
        number % 2 == 0 ? Phase.ATTEMPT : Phase.RESULT,
        ActionKind.SHELL,
        number % 2 == 0 ? "PreToolUse" : "PostToolUse",
        Outcome.UNKNOWN,
        agent,
        null,
        "claude-code",
        null,
        agent + "-session-" + random.nextInt(20),
        null,
        "Bash",
        "call-" + number / 2,
        null,
        null,
        80L,
        900L,
        verb.wireName() + " --in " + file + " --because 'step " + random.nextInt(1_000) + "'",
        "/work/repository",
        null,
        null,
        "development",
        "bench",
        "hook",
        Action.REDACTION_COMPLETE,
        touches
            ? List.of(
                new CredentialMention(
                    String.format("%032x", random.nextInt(100)),
                    "k1",
                    "api-token",
                    CredentialRole.USED,
                    "/command",
                    null,
                    Extra.NONE))
            : List.of(),
        null,
        List.of(
            new Effect(
                verb, new Resource("file", file, "development"), true, 0.9, verb.wireName())),
        new Score(Decision.ALLOW, Severity.NONE, List.of(), time, Extra.NONE),
        Extra.NONE);
  }
}
