package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import dev.countermand.collectors.report.Documents;
import dev.countermand.model.Credential;
import dev.countermand.model.PeerGroup;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens, closes and lists tasks for operators: {@code GET} and {@code POST /v1/tasks}, {@code GET}
 * and {@code DELETE /v1/tasks/{agent}}. The name of the operator stands in the grant and in the
 * audit trail, whatever the body says.
 */
final class TasksApi extends OperatorApi {
  private static final Set<String> FIELDS =
      Set.of(
          "agent",
          "session",
          "purpose",
          "profile",
          "environments",
          "resources",
          "verbs",
          "credentials",
          "seconds");
  private static final int MAX_ENTRIES = 1_000;
  private static final int MAX_ENTRY = 300;
  private static final Duration LONGEST = Duration.ofDays(366);

  private final TaskDesk desk;
  private final CompactedView<Credential> credentials;
  private final PersonRecords records;
  private final InstantSource clock;

  TasksApi(
      Sources sources,
      Executor workers,
      TaskDesk desk,
      CompactedView<Credential> credentials,
      PersonRecords records,
      GatewayMetrics metrics,
      InstantSource clock) {
    super(sources, workers, metrics);
    this.desk = desk;
    this.credentials = credentials;
    this.records = records;
    this.clock = clock;
  }

  @Override
  CompletableFuture<JsonNode> answer(
      GatewaySettings.Operator operator, HttpMethod method, @Nullable String agent, Body body) {
    if (agent == null && method == HttpMethod.POST) {
      return change(operator, opened(operator, object(body, "A task", FIELDS)));
    }
    if (agent == null && method == HttpMethod.GET) {
      ArrayNode list = Json.mapper().createArrayNode();
      desk.all().stream()
          .sorted(Comparator.comparing(Task::agentId))
          .forEach(task -> list.add(Task.CODEC.toTree(task)));
      return CompletableFuture.completedFuture(list);
    }
    if (agent != null && method == HttpMethod.GET) {
      return CompletableFuture.completedFuture(Task.CODEC.toTree(of(agent)));
    }
    if (agent != null && method == HttpMethod.DELETE) {
      return change(operator, of(agent).closedAt(clock.instant()));
    }
    throw new Refusal(
        405,
        "METHOD_NOT_ALLOWED",
        "Send GET or POST to /v1/tasks, GET or DELETE to /v1/tasks/AGENT.");
  }

  private CompletableFuture<JsonNode> change(GatewaySettings.Operator operator, Task task) {
    return desk.change(operator.name(), "api", task).thenApply(Task.CODEC::toTree);
  }

  private Task of(String agent) {
    return desk.find(agent)
        .orElseThrow(
            () -> new Refusal(404, "TASK_UNKNOWN", "This agent has no task. See GET /v1/tasks."));
  }

  private Task opened(GatewaySettings.Operator operator, ObjectNode body) {
    String agent = records.agent(agent(body));
    Instant now = clock.instant();
    Duration duration = duration(body);
    String session = Documents.findText(body, "session", 256);
    return new Task(
            Ids.next(),
            now,
            agent,
            TaskStatus.OPEN,
            records.typed(Documents.text(body, "purpose", Body.LIMIT)),
            texts(body, "environments").stream()
                .map(one -> records.matched("The field environments", one))
                .toList(),
            texts(body, "resources").stream()
                .map(one -> records.resource("The field resources", one))
                .toList(),
            texts(body, "verbs").stream().map(TasksApi::verb).toList(),
            texts(body, "credentials").stream().flatMap(this::fingerprints).toList(),
            now,
            duration == null ? null : now.plus(duration),
            operator.name(),
            Extra.NONE)
        .forSession(session == null ? null : records.matched("The field session", session))
        .ofProfile(profile(body));
  }

  private static @Nullable String profile(ObjectNode body) {
    String word = Documents.findText(body, "profile", 64);
    if (word != null && !PeerGroup.isWord(word)) {
      throw Documents.wrongType("profile", "a word of lower-case letters, digits and -");
    }
    return word;
  }

  private static @Nullable Duration duration(ObjectNode body) {
    JsonNode seconds = body.get("seconds");
    if (seconds == null || seconds.isNull()) {
      return null;
    }
    if (!seconds.canConvertToLong()
        || seconds.longValue() <= 0
        || seconds.longValue() > LONGEST.toSeconds()) {
      throw Documents.wrongType("seconds", "a whole number of 1 to " + LONGEST.toSeconds());
    }
    return Duration.ofSeconds(seconds.longValue());
  }

  private static List<String> texts(ObjectNode body, String field) {
    JsonNode list = body.get(field);
    if (list == null || list.isNull()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : list) {
      if (!one.isTextual() || one.textValue().length() > MAX_ENTRY) {
        throw Documents.wrongType(field, "a list of strings of at most " + MAX_ENTRY);
      }
      texts.add(one.textValue());
    }
    if (!list.isArray() || texts.size() > MAX_ENTRIES) {
      throw Documents.wrongType(field, "a list of at most " + MAX_ENTRIES + " strings");
    }
    return texts;
  }

  private static Verb verb(String name) {
    return Verb.named(name)
        .orElseThrow(() -> Documents.wrongType("verbs", "a list of which each " + Verb.CHOICE));
  }

  private Stream<String> fingerprints(String nameOrFingerprint) {
    List<String> found = Credential.grantable(credentials.all(), nameOrFingerprint);
    if (found.isEmpty()) {
      throw new Refusal(
          400,
          "CREDENTIAL_UNKNOWN",
          "A credential of the task is not registered. See: countermand credential list.");
    }
    return found.stream();
  }
}
