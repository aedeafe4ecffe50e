package dev.countermand.collectors.gateway;

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
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/** Gateways that ask operators about deploys, on a real Kafka with a scripted scorer. */
final class AskRig implements AutoCloseable {
  static final String APPROVALS = "/v1/approvals";

  final KafkaSettings kafka;
  final KafkaProbe probe;
  final ExecutorService clients = Executors.newCachedThreadPool();
  private final Path data;
  private final ScriptedScorer scorer;

  /** With a directory for the data of its gateways. */
  AskRig(Path data) throws InterruptedException {
    this.data = data;
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    probe = new KafkaProbe(TestServers.kafka());
    scorer = ScriptedScorer.start(kafka, AskRig::script);
  }

  @Override
  public void close() throws InterruptedException {
    clients.shutdown();
    scorer.close();
    probe.close();
  }

  private static Decision script(dev.countermand.model.Action action) {
    return String.valueOf(action.input()).contains("deploy") ? Decision.ASK : Decision.ALLOW;
  }

  GatewayFixture gateway(String name, Duration wait) throws IOException {
    return GatewayFixture.asking(kafka, data.resolve(name), wait);
  }

  /** One that lets nothing wait. */
  GatewayFixture silent(String name) throws IOException {
    return GatewayFixture.start(kafka, data.resolve(name));
  }

  CompletableFuture<GatewayFixture.Reply> attempt(GatewayFixture gateway, String command) {
    return CompletableFuture.supplyAsync(() -> gateway.attempt(command), clients);
  }

  JsonNode waiting(GatewayFixture gateway, int number) {
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

  String theOne(GatewayFixture gateway) {
    return waiting(gateway, 1).get(0).path("action").asText();
  }

  GatewayFixture.Reply say(GatewayFixture gateway, String token, String action, String answer) {
    return gateway.operate(
        "POST",
        APPROVALS,
        token,
        """
        {"agent":"%s","order":"%s","answer":"%s","reason":"change 4711"}"""
            .formatted(GatewayFixture.AGENT, action, answer));
  }

  String reason(GatewayFixture.Reply reply) {
    return reply.body().at("/hookSpecificOutput/permissionDecisionReason").asText();
  }

  Verdict byAPerson() {
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

  void contain() {
    ContainmentState state =
        ContainmentStateSample.of(GatewayFixture.AGENT, ContainmentStatus.CONTAINED, Instant.now())
            .build();
    probe.produce(
        kafka.topics().containmentState(),
        GatewayFixture.AGENT,
        new String(ContainmentState.CODEC.encode(state), StandardCharsets.UTF_8));
  }

  Approval approval(String action, Decision decision) {
    return new Approval(
        action, Instant.now(), GatewayFixture.AGENT, decision, "bob", "no", Extra.NONE);
  }

  Ask last(String action) {
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

  Ask asked(String action, Instant until) {
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

  void publish(Approval approval) {
    // Under one key, so that they are read in this order.
    probe.produce(
        kafka.topics().approvals(),
        GatewayFixture.AGENT,
        new String(Approval.CODEC.encode(approval), StandardCharsets.UTF_8));
  }

  void publish(Ask ask) {
    probe.produce(
        kafka.topics().asks(),
        ask.actionId(),
        new String(Ask.CODEC.encode(ask), StandardCharsets.UTF_8));
  }
}
