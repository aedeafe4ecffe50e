package dev.countermand.command.replay;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Learned;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.KafkaProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every engine reads: written to real topics, and remembered in its order. */
final class ParityTraffic {
  static final Instant START = Instant.now().minus(Duration.ofHours(2));
  private static final int AGENTS = 24;
  static final int ACTIONS = 1_200;
  static final int BURST = 10;
  private static final int REFUSED = 5;
  static final String GROUP = "peers:claude-code/refactoring";
  private static final List<String> COMMANDS =
      List.of(
          "git status",
          "cat .env",
          "ls -la",
          "npm test",
          "rm -rf build",
          "psql -h prod-db -c 'DROP TABLE orders'",
          "kubectl delete deployment api -n production",
          "aws s3 rm s3://backups --recursive",
          "curl -H \"Authorization: Bearer $TOKEN\" https://api.example.com/v1/x",
          "export TOKEN=$(jq -r .token conf.json)");

  /** What is on a topic of the input. */
  record Written(String topic, String key, byte[] document) {}

  private final Topics topics;
  private final KafkaProbe probe;
  private final List<Written> written = new ArrayList<>();

  ParityTraffic(Topics topics, KafkaProbe probe) {
    this.topics = topics;
    this.probe = probe;
  }

  /** All that was written so far. */
  List<Written> written() {
    return written;
  }

  /** Credentials, a baseline of {@link #GROUP}, and a task for every second agent. */
  void register() {
    Baseline learned =
        new Baseline(
            GROUP,
            START.minusSeconds(600),
            "deletes",
            2_000,
            1_200_000,
            new Learned(60, 1_000, 3, 2, 3, 4, 5, START.minusSeconds(600), null, Extra.NONE),
            Extra.NONE);
    put(topics.baselines(), learned.key(), Baseline.CODEC.encode(learned));
    for (int i = 0; i < 4; i++) {
      Credential credential =
          new Credential(
              fingerprint(i),
              "k1",
              START.minusSeconds(600),
              "token-" + i,
              "oauth2-token",
              "cloud",
              "platform",
              i % 2 == 0 ? "production" : "staging",
              List.of("destroy:volume"),
              Map.of(),
              null,
              "test",
              Extra.NONE);
      put(topics.credentials(), fingerprint(i), Credential.CODEC.encode(credential));
    }
    for (int i = 0; i < AGENTS; i += 2) {
      Task task =
          new Task(
                  "task-" + i,
                  START.minusSeconds(600),
                  agent(i),
                  TaskStatus.OPEN,
                  "work",
                  List.of("staging"),
                  List.of("*"),
                  List.of(Verb.READ, Verb.WRITE),
                  List.of(fingerprint(i % 8)),
                  START.minusSeconds(600),
                  null,
                  "dana",
                  Extra.NONE)
              .ofProfile(i % 4 == 0 ? "refactoring" : null);
      // Before the actions: Kafka Streams takes what it joins in the order of time.
      put(topics.tasks(), agent(i), Task.CODEC.encode(task), task.time());
    }
  }

  /** Actions with one in fifty sent twice, and one record that is none; returns their ids. */
  Set<String> send(Random random) {
    Set<String> ids = new HashSet<>();
    List<Action> sent = new ArrayList<>();
    for (int i = 0; i < ACTIONS; i++) {
      Action action = i % 50 == 49 ? sent.get(random.nextInt(sent.size())) : action(i, random);
      sent.add(action);
      ids.add(action.id());
      put(action);
    }
    for (int i = 0; i < BURST; i++) {
      ids.add("burst-" + i);
      put(
          ActionSample.of("burst-" + i, START.plusSeconds(ACTIONS + i))
              .agent(agent(0))
              .kind("claude-code")
              .command("rm f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20")
              .workingDirectory("/srv/app")
              .build());
    }
    put(topics.actions(), agent(0), "{\"event\":".getBytes(StandardCharsets.UTF_8));
    return ids;
  }

  private static Action action(int number, Random random) {
    boolean attempt = random.nextInt(3) > 0;
    int agent = random.nextInt(AGENTS);
    List<CredentialMention> mentions =
        random.nextInt(3) == 0 ? List.of(mention(attempt, random)) : List.of();
    return ActionSample.of("action-%05d".formatted(number), START.plusSeconds(number))
        .agent(agent(agent))
        .kind(agent % 3 == 0 || agent % 4 == 0 ? "claude-code" : null)
        .phase(attempt ? Phase.ATTEMPT : Phase.RESULT, attempt ? Outcome.UNKNOWN : Outcome.SUCCESS)
        .command(COMMANDS.get(random.nextInt(COMMANDS.size())))
        .workingDirectory("/srv/app")
        .environment("staging")
        .credentials(mentions)
        .build();
  }

  /** Three agents of one task are refused in a row, then one uses what nobody gave it. */
  void sendRefusedAndBorrowing() {
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < 3 * REFUSED; i++) {
      actions.add(
          ActionSample.of("refused-%02d".formatted(i), START.plusSeconds(ACTIONS + i))
              .agent("stuck-" + i % 3)
              .phase(Phase.RESULT, Outcome.FAILURE)
              .output(Json.mapper().createObjectNode().put("stdout", "HTTP/2 403"))
              .command("curl -X POST https://cloud.example/v1/volumes")
              .credentials(List.of(mention(true, 1)))
              .build());
    }
    actions.add(
        ActionSample.of("borrowed", START.plusSeconds(ACTIONS + 60))
            .agent("stuck-1")
            .command("curl -X POST https://cloud.example/v1/volumes")
            .credentials(List.of(mention(true, 0)))
            .build());
    actions.forEach(this::put);
  }

  private static CredentialMention mention(boolean attempt, Random random) {
    return mention(attempt, random.nextInt(8));
  }

  private static CredentialMention mention(boolean attempt, int credential) {
    return new CredentialMention(
        fingerprint(credential),
        "k1",
        "oauth2-token",
        attempt ? CredentialRole.USED : CredentialRole.SIGHTED,
        attempt ? "/input/command" : "/output/stdout",
        attempt ? null : "conf/.env",
        Extra.NONE);
  }

  private void put(String topic, String key, byte[] document) {
    put(topic, key, document, null);
  }

  /** At the time at which it was received, as a collector does it. */
  private void put(Action action) {
    put(topics.actions(), action.agentId(), Action.CODEC.encode(action), action.received());
  }

  private void put(String topic, String key, byte[] document, @Nullable Instant time) {
    probe.produce(topic, key, document, Map.of(), time);
    written.add(new Written(topic, key, document));
  }

  private static String agent(int number) {
    return "agent-" + number;
  }

  private static String fingerprint(int number) {
    return Integer.toHexString(number + 1).repeat(32);
  }
}
