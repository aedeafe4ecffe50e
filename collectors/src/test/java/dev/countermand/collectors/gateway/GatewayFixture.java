package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.RegisteredSecrets;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
import dev.countermand.model.Topics;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.config.TaskSettings;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A gateway with two sources: {@code builder} for one agent, {@code fleet} for any. */
final class GatewayFixture implements AutoCloseable {
  static final String BUILDER = "token-of-the-builder";
  static final String FLEET = "token-of-the-fleet";
  static final String OPERATOR = "token-of-alice";
  static final String AGENT = "agent-1";
  static final String NEWCOMER = "newcomer-7";
  static final String HOOKS = "/v1/hooks/claude-code";
  static final String ACTIONS = "/v1/actions";

  /** A profile that opens a task when a session of a newcomer starts. */
  static final TaskSettings PROFILES =
      new TaskSettings(
          List.of(
              new TaskSettings.Profile(
                  "newcomer",
                  List.of("newcomer-*"),
                  "look around",
                  List.of("local"),
                  List.of("file:*"),
                  List.of("read"),
                  List.of(),
                  true,
                  Duration.ofHours(1))),
          null);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  final KafkaSettings kafka;
  final Path data;
  final int port;
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final GatewaySettings config;
  private final Duration patience;
  private Gateway gateway;

  private GatewayFixture(
      KafkaSettings kafka, Path data, GatewaySettings config, Duration patience) {
    this.kafka = kafka;
    this.data = data;
    this.config = config;
    this.port = config.port();
    this.patience = patience;
    this.gateway = start();
  }

  /** Settings with topics of a prefix that nobody else uses. */
  static KafkaSettings settings(String bootstrap) {
    return new KafkaSettings(bootstrap, new Topics(KafkaProbe.uniqueName("gw")), Map.of());
  }

  static void createTopics(KafkaSettings kafka) {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), 3, 1);
  }

  /** With patience for a slow machine, once records go to Kafka. */
  static GatewayFixture start(KafkaSettings kafka, Path data) throws IOException {
    GatewayFixture fixture =
        start(kafka, data, config(data, Duration.ofSeconds(10), 1 << 30), Duration.ofSeconds(10));
    fixture.awaitWay(Outbox.Way.UP);
    return fixture;
  }

  /** One that lets attempts wait for an operator. */
  static GatewayFixture asking(KafkaSettings kafka, Path data, Duration wait) throws IOException {
    GatewayFixture fixture =
        start(
            kafka,
            data,
            config(data, Duration.ofSeconds(10), wait, 1 << 30, null),
            Duration.ofSeconds(10));
    fixture.awaitWay(Outbox.Way.UP);
    return fixture;
  }

  static GatewayFixture start(
      KafkaSettings kafka, Path data, GatewaySettings config, Duration patience) {
    return new GatewayFixture(kafka, data, config, patience);
  }

  void awaitWay(Outbox.Way way) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> gateway.way() == way);
  }

  static GatewaySettings config(Path data, Duration deadline, long spoolBytes) throws IOException {
    return config(data, deadline, spoolBytes, null);
  }

  static GatewaySettings config(
      Path data, Duration deadline, long spoolBytes, GatewaySettings.@Nullable Seal seal)
      throws IOException {
    return config(data, deadline, Duration.ZERO, spoolBytes, seal);
  }

  private static GatewaySettings config(
      Path data,
      Duration deadline,
      Duration askWait,
      long spoolBytes,
      GatewaySettings.@Nullable Seal seal)
      throws IOException {
    return new GatewaySettings(
        null,
        freePort(),
        deadline,
        askWait,
        Map.of("quiet", GatewaySettings.WithoutVerdict.ASK),
        new GatewaySettings.Spool(spoolBytes),
        List.of(
            new GatewaySettings.Source(
                "builder",
                token(data, "builder", BUILDER),
                AGENT,
                "Builder",
                "claude-code",
                "staging",
                null,
                true),
            new GatewaySettings.Source(
                "fleet", token(data, "fleet", FLEET), null, null, null, "quiet", "api", false)),
        List.of(new GatewaySettings.Operator("alice", token(data, "alice", OPERATOR))),
        seal);
  }

  static LocalVerdict judgeByWord(Action action, Object task, Object registry) {
    String text = String.valueOf(action.input());
    return text.contains("volumeDelete")
        ? new LocalVerdict(Decision.DENY, "it deletes a volume")
        : new LocalVerdict(Decision.ALLOW, "it does no harm");
  }

  private static SecretRef token(Path data, String name, String token) throws IOException {
    Path file = Files.createDirectories(data).resolve(name + ".token");
    Files.writeString(file, token + "\n");
    return new SecretRef(file, null);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ActionRedactor redactor(Path data, RegisteredSecrets registered) {
    FingerprintKey key = FingerprintKey.at(fingerprintKey(data));
    return ActionRedactor.of(
        Redactor.standard(
            token -> new Fingerprint(key.id(), key.fingerprint(token), null), registered));
  }

  static Path fingerprintKey(Path data) {
    return data.resolve("keys").resolve("fingerprint.key");
  }

  private Gateway start() {
    return Gateway.start(
        config,
        PROFILES,
        data,
        kafka,
        registered -> redactor(data, registered),
        () -> Sealing.existingSealer(data.resolve("keys")),
        GatewayFixture::judgeByWord,
        meters,
        InstantSource.system(),
        patience);
  }

  void restart() {
    gateway.close();
    gateway = start();
  }

  Gateway gateway() {
    return gateway;
  }

  /** A response with its body as JSON. */
  record Reply(int status, JsonNode body, HttpResponse<String> raw) {
    String code() {
      return body.path("error").path("code").asText();
    }

    String permission() {
      return body.path("hookSpecificOutput").path("permissionDecision").asText("none");
    }
  }

  Reply hook(String json) {
    return post(HOOKS, BUILDER, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Reply attempt(String command) {
    return hook(preToolUse("Bash", Json.mapper().createObjectNode().put("command", command)));
  }

  static String preToolUse(String tool, JsonNode input) {
    return Json.mapper()
        .createObjectNode()
        .put("session_id", "s-1")
        .put("cwd", "/work")
        .put("hook_event_name", "PreToolUse")
        .put("tool_name", tool)
        .put("tool_use_id", "toolu_1")
        .<com.fasterxml.jackson.databind.node.ObjectNode>set("tool_input", input)
        .toString();
  }

  Reply action(String json) {
    return post(ACTIONS, BUILDER, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Reply post(String path, @Nullable String token, String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  Reply operate(String method, String path, @Nullable String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  Reply get(String path) {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).GET().build());
  }

  private static Reply send(HttpRequest request) {
    try {
      HttpResponse<String> raw = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      String text = raw.body();
      JsonNode body =
          text.startsWith("{") && text.indexOf('\n') < 0
              ? Json.mapper().readTree(text)
              : Json.mapper().createObjectNode();
      return new Reply(raw.statusCode(), body, raw);
    } catch (IOException e) {
      throw new IllegalStateException("no answer: " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Action> actions(KafkaProbe probe, KafkaSettings kafka, int atLeast) {
    return probe.awaitAtLeast(kafka.topics().actions(), atLeast).stream()
        .map(m -> Action.CODEC.decode(bytes(m)))
        .toList();
  }

  static List<Verdict> verdicts(KafkaProbe probe, KafkaSettings kafka, int atLeast) {
    return probe.awaitAtLeast(kafka.topics().verdicts(), atLeast).stream()
        .map(m -> Verdict.CODEC.decode(bytes(m)))
        .toList();
  }

  static List<DeadLetter> deadLetters(KafkaProbe probe, KafkaSettings kafka, int atLeast) {
    return probe.awaitAtLeast(kafka.topics().deadLetters(), atLeast).stream()
        .map(m -> DeadLetter.CODEC.decode(bytes(m)))
        .toList();
  }

  /** The first of a code in whose remains a word stands. */
  static DeadLetter deadLetter(KafkaProbe probe, KafkaSettings kafka, String code, String marker) {
    return deadLetters(probe, kafka, 1).stream()
        .filter(l -> l.code().equals(code) && String.valueOf(l.remains()).contains(marker))
        .findFirst()
        .orElseThrow();
  }

  static void nothingOnATopicHolds(KafkaProbe probe, KafkaSettings kafka, String secret) {
    for (String topic : probe.topics()) {
      if (topic.startsWith(kafka.topics().prefix())) {
        assertThat(probe.readAll(topic))
            .noneMatch(message -> (message.key() + message.value()).contains(secret));
      }
    }
  }

  /** An attempt in our own JSON, with more fields, each after a comma. */
  static String report(String session, String extra) {
    return ("{\"session\":\"%s\",\"phase\":\"attempt\",\"tool\":\"http\","
            + "\"input\":{\"method\":\"POST\",\"url\":\"https://api\",\"body\":\"x\"}%s}")
        .formatted(session, extra);
  }

  private static byte[] bytes(KafkaProbe.Message message) {
    return String.valueOf(message.value()).getBytes(StandardCharsets.UTF_8);
  }

  double count(String meter, String... tags) {
    return meters.find(meter).tags(tags).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  @Override
  public void close() {
    gateway.close();
  }
}
