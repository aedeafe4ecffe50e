package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that scoring asks about, answered by operators while the client waits. */
class AskTest {
  private static final String APPROVALS = "/v1/approvals";
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path data;
  private KafkaSettings kafka;
  private KafkaProbe probe;
  private ScriptedScorer scorer;
  private final ExecutorService clients = Executors.newCachedThreadPool();

  @BeforeEach
  void start() throws Exception {
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    probe = new KafkaProbe(TestServers.kafka());
    scorer = ScriptedScorer.start(kafka, AskTest::script);
  }

  @AfterEach
  void stop() throws Exception {
    clients.shutdown();
    scorer.close();
    probe.close();
  }

  private static Decision script(dev.countermand.model.Action action) {
    return String.valueOf(action.input()).contains("deploy") ? Decision.ASK : Decision.ALLOW;
  }

  private GatewayFixture gateway(String name, Duration wait) throws IOException {
    return GatewayFixture.asking(kafka, data.resolve(name), wait);
  }

  private CompletableFuture<GatewayFixture.Reply> attempt(GatewayFixture gateway, String command) {
    return CompletableFuture.supplyAsync(() -> gateway.attempt(command), clients);
  }

  private static JsonNode waiting(GatewayFixture gateway, int number) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Json.mapper()
                    .readTree(
                        gateway
                            .operate("GET", APPROVALS, GatewayFixture.OPERATOR, "")
                            .raw()
                            .body()),
            list -> list.size() == number);
  }

  private static String theOne(GatewayFixture gateway) {
    return waiting(gateway, 1).get(0).path("action").asText();
  }

  private static GatewayFixture.Reply say(
      GatewayFixture gateway, String token, String action, String answer) {
    return gateway.operate(
        "POST",
        APPROVALS,
        token,
        """
        {"agent":"%s","order":"%s","answer":"%s","reason":"change 4711"}"""
            .formatted(GatewayFixture.AGENT, action, answer));
  }

  private static String reason(GatewayFixture.Reply reply) {
    return reply.body().at("/hookSpecificOutput/permissionDecisionReason").asText();
  }

  @Test
  void anOperatorSeesWhatWaitsAndTheAttemptThatIsAllowedPassesInTheOperatorsName()
      throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply =
          attempt(gateway, "deploy --password hunter22");
      JsonNode ask = waiting(gateway, 1).get(0);

      assertThat(ask.path("agent").asText()).isEqualTo(GatewayFixture.AGENT);
      assertThat(ask.path("reason").asText()).isEqualTo("the script says ask");
      assertThat(ask.path("tool").asText()).isEqualTo("Bash");
      assertThat(ask.path("command").asText()).startsWith("deploy").doesNotContain("hunter22");
      assertThat(Instant.parse(ask.path("until").asText()))
          .isEqualTo(Instant.parse(ask.path("since").asText()).plus(LONG));
      assertThat(reply).isNotDone();

      String action = ask.path("action").asText();
      assertThat(say(gateway, GatewayFixture.OPERATOR, action, "approve").status()).isEqualTo(200);
      assertThat(reply.get().permission()).isEqualTo("allow");
      assertThat(reason(reply.get())).contains("alice").contains("change 4711");
      waiting(gateway, 0);
      Verdict verdict = byAPerson();
      assertThat(verdict.actionId()).isEqualTo(action);
      assertThat(verdict.decision()).isEqualTo(Decision.ALLOW);
      assertThat(verdict.reason()).contains("alice").contains("change 4711");
      assertThat(verdict.findings()).containsExactly(action + ":scripted");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "approved")).isEqualTo(1);
    }
  }

  private Verdict byAPerson() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                GatewayFixture.verdicts(probe, kafka, 1).stream()
                    .filter(verdict -> verdict.by().equals(Answer.APPROVAL))
                    .toList(),
            found -> found.size() == 1)
        .get(0);
  }

  @Test
  void aNoOfAnOperatorDenies() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = attempt(gateway, "deploy");
      say(gateway, GatewayFixture.OPERATOR, theOne(gateway), "deny");
      assertThat(reply.get().permission()).isEqualTo("deny");
      assertThat(reason(reply.get())).contains("alice").contains("change 4711");
      assertThat(byAPerson().decision()).isEqualTo(Decision.DENY);
    }
  }

  @Test
  void anAttemptInOurOwnJsonWaitsTooAndOneOfManyLinesDoesNot() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      String json =
          "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"t\",\"input\":{\"c\":\"deploy\"}}";
      CompletableFuture<GatewayFixture.Reply> reply =
          CompletableFuture.supplyAsync(() -> gateway.action(json), clients);
      say(gateway, GatewayFixture.OPERATOR, theOne(gateway), "approve");
      assertThat(reply.get().body().path("decision").asText()).isEqualTo("allow");
      assertThat(reply.get().body().path("by").asText()).isEqualTo("approval");

      byte[] lines = (json + "\n" + json + "\n").getBytes(StandardCharsets.UTF_8);
      assertThat(
              gateway
                  .post(
                      GatewayFixture.ACTIONS, GatewayFixture.BUILDER, "application/x-ndjson", lines)
                  .raw()
                  .body()
                  .lines())
          .hasSize(2)
          .allMatch(line -> line.contains("\"ask\""));
    }
  }

  @Test
  void aPermissionRequestThatAnOperatorAllowsIsAnsweredInItsOwnDialect() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      String request =
          GatewayFixture.preToolUse(
                  "Bash", Json.mapper().createObjectNode().put("command", "deploy"))
              .replace("PreToolUse", "PermissionRequest");
      CompletableFuture<GatewayFixture.Reply> reply =
          CompletableFuture.supplyAsync(() -> gateway.hook(request), clients);
      say(gateway, GatewayFixture.OPERATOR, theOne(gateway), "approve");
      assertThat(reply.get().body().at("/hookSpecificOutput/decision/behavior").asText())
          .isEqualTo("allow");
    }
  }

  @Test
  void whenNobodyAnswersInTimeTheClientAsksItsOwnUser() throws Exception {
    try (GatewayFixture gateway = gateway("one", Duration.ofSeconds(1))) {
      GatewayFixture.Reply reply = gateway.attempt("deploy");
      assertThat(reply.permission()).isEqualTo("ask");
      assertThat(reason(reply)).isEqualTo("the script says ask");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "expired")).isEqualTo(1);
      waiting(gateway, 0);
    }
  }

  @Test
  void containmentMeanwhileDeniesAtOnceAndAYesThatComesLaterChangesNothing() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = attempt(gateway, "deploy");
      String action = theOne(gateway);
      contain();
      assertThat(reply.get().permission()).isEqualTo("deny");
      assertThat(reason(reply.get())).contains("order-1");
      waiting(gateway, 0);

      say(gateway, GatewayFixture.OPERATOR, action, "approve");
      assertThat(gateway.attempt("deploy").permission()).isEqualTo("deny");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "contained")).isEqualTo(1);
      assertThat(GatewayFixture.verdicts(probe, kafka, 3))
          .noneMatch(verdict -> verdict.decision() == Decision.ALLOW);
    }
  }

  private void contain() {
    ContainmentState state =
        new ContainmentState(
            GatewayFixture.AGENT,
            Instant.now(),
            ContainmentStatus.CONTAINED,
            "order-1",
            "it destroyed",
            List.of(),
            Extra.NONE);
    probe.produce(
        kafka.topics().containmentState(),
        GatewayFixture.AGENT,
        new String(ContainmentState.CODEC.encode(state), StandardCharsets.UTF_8));
  }

  @Test
  void theTokenThatAskedAndAnyOtherOfASourceAnswersNothingAndSeesNothing() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = attempt(gateway, "deploy");
      String action = theOne(gateway);
      for (String token : List.of(GatewayFixture.BUILDER, GatewayFixture.FLEET)) {
        assertThat(say(gateway, token, action, "approve").status()).isEqualTo(403);
        assertThat(gateway.operate("GET", APPROVALS, token, "").status()).isEqualTo(403);
      }
      assertThat(say(gateway, "wrong", action, "approve").status()).isEqualTo(401);
      assertThat(probe.readAll(kafka.topics().approvals())).isEmpty();

      // An answer about the same action in another agent's name, and one that is neither.
      publish(new Approval(action, Instant.now(), "other", Decision.ALLOW, "e", "r", Extra.NONE));
      publish(approval(action, Decision.ASK));
      publish(approval(action, Decision.DENY));
      assertThat(reply.get().permission()).isEqualTo("deny");
    }
  }

  private static Approval approval(String action, Decision decision) {
    return new Approval(
        action, Instant.now(), GatewayFixture.AGENT, decision, "bob", "no", Extra.NONE);
  }

  private void publish(Approval approval) {
    // Under one key, so that they are read in this order.
    probe.produce(
        kafka.topics().approvals(),
        GatewayFixture.AGENT,
        new String(Approval.CODEC.encode(approval), StandardCharsets.UTF_8));
  }

  @Test
  void whatWaitsAtOneGatewayIsListedAndAnsweredAtAnother() throws Exception {
    try (GatewayFixture one = gateway("one", LONG);
        GatewayFixture other = gateway("other", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = attempt(one, "deploy");
      JsonNode listed = waiting(other, 1).get(0);
      assertThat(listed).isEqualTo(waiting(one, 1).get(0));
      String action = listed.path("action").asText();
      assertThat(say(other, GatewayFixture.OPERATOR, action, "approve").status()).isEqualTo(200);
      assertThat(reply.get().permission()).isEqualTo("allow");
      waiting(other, 0);
      assertThat(last(action).outcome()).isEqualTo("approved");
    }
  }

  private Ask last(String action) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                probe.readAll(kafka.topics().asks()).stream()
                    .filter(message -> action.equals(message.key()))
                    .map(message -> ask(message.value()))
                    .toList(),
            told -> told.size() == 2)
        .get(1);
  }

  private static Ask ask(String document) {
    try {
      return Ask.CODEC.decode(document.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWaitedAtAGatewayThatCrashedIsListedUntilItsTimeIsOver() throws Exception {
    Instant soon = Instant.now().plusSeconds(3);
    publish(asked("crashed", soon));
    publish(asked("over", Instant.now().minusSeconds(1)));
    try (GatewayFixture gateway = gateway("one", LONG)) {
      assertThat(theOne(gateway)).isEqualTo("crashed");
      waiting(gateway, 0);
      assertThat(Instant.now()).isAfter(soon);
    }
  }

  private static Ask asked(String action, Instant until) {
    return new Ask(
        action,
        until.minusSeconds(60),
        until,
        GatewayFixture.AGENT,
        "r",
        "Bash",
        "deploy",
        null,
        Extra.NONE);
  }

  private void publish(Ask ask) {
    probe.produce(
        kafka.topics().asks(),
        ask.actionId(),
        new String(Ask.CODEC.encode(ask), StandardCharsets.UTF_8));
  }

  @Test
  void aGatewayThatEndsLetsTheClientAskAndAnAnswerToItIsNotOneToTheNextAttempt() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      CompletableFuture<GatewayFixture.Reply> reply = attempt(gateway, "deploy");
      String action = theOne(gateway);
      gateway.restart();
      assertThat(reply.get().permission()).isEqualTo("ask");

      say(gateway, GatewayFixture.OPERATOR, action, "approve");
      CompletableFuture<GatewayFixture.Reply> next = attempt(gateway, "deploy");
      String again = theOne(gateway);
      assertThat(again).isNotEqualTo(action);
      say(gateway, GatewayFixture.OPERATOR, again, "deny");
      assertThat(next.get().permission()).isEqualTo("deny");
    }
  }

  @Test
  void whoeverLeavesNoLongerWaits() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + gateway.port + GatewayFixture.HOOKS))
              .header("Authorization", "Bearer " + GatewayFixture.BUILDER)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      GatewayFixture.preToolUse(
                          "Bash", Json.mapper().createObjectNode().put("command", "deploy"))))
              .build();
      CompletableFuture<HttpResponse<String>> sent =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .sendAsync(request, HttpResponse.BodyHandlers.ofString());
      waiting(gateway, 1);
      sent.cancel(true);
      waiting(gateway, 0);
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "left")).isEqualTo(1);
    }
  }

  @Test
  void moreThanMayWaitAreAnsweredAtOnceAndCountedWhileTheGatewayServesOthers() throws Exception {
    try (GatewayFixture gateway = gateway("one", LONG)) {
      List<CompletableFuture<GatewayFixture.Reply>> held = new ArrayList<>();
      for (int n = 0; n < Asks.MAX_OF_AN_AGENT; n++) {
        held.add(attempt(gateway, "deploy " + n));
      }
      JsonNode list = waiting(gateway, Asks.MAX_OF_AN_AGENT);
      assertThat(gateway.attempt("deploy too").permission()).isEqualTo("ask");
      assertThat(gateway.count("countermand.gateway.asks", "outcome", "too-many")).isEqualTo(1);
      assertThat(gateway.attempt("ls").permission()).isEqualTo("none");

      list.forEach(
          ask -> say(gateway, GatewayFixture.OPERATOR, ask.path("action").asText(), "approve"));
      for (CompletableFuture<GatewayFixture.Reply> one : held) {
        assertThat(one.get().permission()).isEqualTo("allow");
      }
    }
  }

  @Test
  void withoutTheSettingNothingWaits() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(kafka, data.resolve("one"))) {
      assertThat(gateway.attempt("deploy").permission()).isEqualTo("ask");
      assertThat(waiting(gateway, 0)).isEmpty();
    }
  }
}
