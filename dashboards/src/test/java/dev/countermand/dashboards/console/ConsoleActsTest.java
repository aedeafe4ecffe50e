package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.console.Browser.Answer;
import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Decision;
import dev.countermand.model.Grounds;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topic;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do in the console, and the records that come of it on a real Kafka. */
final class ConsoleActsTest {
  private static final Instant START = Instant.now();
  private static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  @TempDir static Path directory;
  private static ConsoleRig rig;
  private static Browser rosa;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new ConsoleRig(
            directory,
            TestServers.elasticsearch().url(),
            Map.of("waits", order("waits", null), "final", order("final", "order-of-final")),
            InstantSource.system());
    rosa = rig.signedIn(ConsoleRig.RESPONDER);
    for (String agent : List.of("waits", "final")) {
      rig.put(
          rig.topics.containmentState(),
          agent,
          ContainmentState.CODEC,
          ContainmentStateSample.of(agent, ContainmentStatus.AWAITING_APPROVAL, START)
              .order("order")
              .build());
    }
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  private static ContainmentOrder order(String agent, String completes) {
    return new ContainmentOrder(
        agent + ":revoke",
        START,
        OrderKind.CONTAIN,
        agent,
        "It used a token",
        null,
        null,
        List.of(),
        List.of(FINGERPRINT),
        "scoring",
        Rung.REVOKE,
        Grounds.NONE,
        completes,
        Extra.NONE);
  }

  private static JsonNode waiting(String kind, String agent) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              for (JsonNode one : rosa.get("/api/waiting").body().path(kind)) {
                if (one.path("agent").asText().equals(agent)) {
                  return one;
                }
              }
              return Json.mapper().missingNode();
            },
            one -> !one.isMissingNode());
  }

  private static ObjectNode says(String agent, String answer) {
    return Json.mapper()
        .createObjectNode()
        .put("agent", agent)
        .put("answer", answer)
        .put("reason", "I looked");
  }

  private static <T> List<T> on(String topic, DocumentCodec<T> codec) {
    return rig.probe.readAll(topic).stream()
        .map(one -> codec.decode(one.value().getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  @Test
  void anOrderThatWaitsIsAnsweredInTheNameOfWhoeverIsSignedIn() throws Exception {
    JsonNode order = waiting("orders", "waits");
    assertThat(order.path("needs").asInt()).isEqualTo(1);
    assertThat(order.path("rung").asText()).isEqualTo("revoke");
    assertThat(Instant.parse(order.path("until").asText()))
        .isEqualTo(START.plus(Duration.ofHours(4)));
    assertThat(waiting("orders", "final").path("needs").asInt()).isEqualTo(2);
    try (Events events = rosa.follow("/api/live", Map.of())) {
      Awaitility.await().until(() -> !events.comments().isEmpty());

      Answer answer = rosa.post("/api/waiting/answer?id=waits:revoke", says("waits", "approve"));

      assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
      assertThat(answer.body().at("/approval/user/name").asText()).isEqualTo("rosa");
      assertThat(on(rig.topics.approvals(), Approval.CODEC))
          .filteredOn(one -> one.orderId().equals("waits:revoke"))
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.by()).isEqualTo("rosa");
                assertThat(one.agentId()).isEqualTo("waits");
                assertThat(one.decision()).isEqualTo(Decision.ALLOW);
                assertThat(one.reason()).isEqualTo("I looked");
              });
      events.await("waiting", one -> one.toString().contains("\"by\":\"rosa\""));
      events.await("entry", one -> one.path("what").asText().equals("console-approve"));
    }
  }

  @Test
  void anAttemptThatWaitsAtAGatewayIsAnsweredTheSameWay() {
    String command = "rm -rf " + "x".repeat(7_000);
    rig.put(
        rig.topics.asks(),
        "attempt-1",
        Ask.CODEC,
        new Ask(
            "attempt-1",
            Instant.now(),
            Instant.now().plusSeconds(300),
            "asker",
            "It removes much",
            "Bash",
            command,
            null,
            Extra.NONE));

    assertThat(waiting("attempts", "asker").path("command").asText()).isEqualTo(command);
    Answer answer = rosa.post("/api/waiting/answer?id=attempt-1", says("asker", "deny"));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(on(rig.topics.approvals(), Approval.CODEC))
        .filteredOn(one -> one.orderId().equals("attempt-1"))
        .singleElement()
        .extracting(Approval::decision)
        .isEqualTo(Decision.DENY);
  }

  @Test
  void aSecretThatIsTypedAsAReasonIsInNoAnswerAndOnNoTopic() throws Exception {
    waiting("orders", "final");
    ObjectNode why =
        Json.mapper().createObjectNode().put("reason", "it has " + ConsoleRig.TYPED_SECRET);

    Answer approved =
        rosa.post("/api/waiting/answer?id=final:revoke", says("final", "approve").setAll(why));
    Answer contained = rosa.post("/api/agents/contain?id=final", why);
    Answer released = rosa.post("/api/agents/release?id=final", why);

    for (Answer answer : List.of(approved, contained, released)) {
      assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
      assertThat(answer.body().toString()).doesNotContain(ConsoleRig.TYPED_SECRET);
    }
    assertThat(on(rig.topics.approvals(), Approval.CODEC))
        .extracting(Approval::reason)
        .contains("it has [secret]");
    assertThat(on(rig.topics.audit(), AuditEvent.CODEC))
        .extracting(AuditEvent::after)
        .contains("it has [secret]");
    for (Topic topic : rig.topics.all()) {
      assertThat(rig.probe.readAll(topic.name()))
          .noneMatch(message -> String.valueOf(message.value()).contains(ConsoleRig.TYPED_SECRET));
    }
  }

  @Test
  void whatDoesNotWaitCannotBeAnswered() {
    waiting("orders", "waits");

    assertThat(rosa.post("/api/waiting/answer?id=none", says("waits", "approve")).code())
        .isEqualTo("WAITING_UNKNOWN");
    assertThat(rosa.post("/api/waiting/answer?id=waits:revoke", says("other", "approve")).code())
        .isEqualTo("WAITING_UNKNOWN");
    assertThat(rosa.post("/api/waiting/answer?id=waits:revoke", says("waits", "maybe")).code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(on(rig.topics.approvals(), Approval.CODEC))
        .extracting(Approval::orderId)
        .doesNotContain("none");
  }

  @Test
  void anAgentIsContainedAndReleasedByOrdersAndEachActIsInTheAuditTrail() throws Exception {
    waiting("orders", "final");
    ObjectNode how =
        Json.mapper().createObjectNode().put("reason", "I saw it").put("rung", "pause");

    String contain = rosa.post("/api/agents/contain?id=final", how).body().path("order").asText();
    String release = rosa.post("/api/agents/release?id=final", how).body().path("order").asText();

    assertThat(on(rig.topics.containmentOrders(), ContainmentOrder.CODEC))
        .filteredOn(one -> one.id().equals(contain))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.kind()).isEqualTo(OrderKind.CONTAIN);
              assertThat(one.rung()).isEqualTo(Rung.PAUSE);
              assertThat(one.requestedBy()).isEqualTo("rosa");
              assertThat(one.reason()).isEqualTo("I saw it");
            });
    assertThat(on(rig.topics.containmentOrders(), ContainmentOrder.CODEC))
        .filteredOn(one -> one.id().equals(release))
        .singleElement()
        .extracting(ContainmentOrder::kind)
        .isEqualTo(OrderKind.RELEASE);
    assertThat(on(rig.topics.audit(), AuditEvent.CODEC))
        .filteredOn(one -> one.subject().equals(contain))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.operation()).isEqualTo("console-contain");
              assertThat(one.actor()).isEqualTo("rosa");
              assertThat(one.via()).isEqualTo("console");
              assertThat(one.after()).isEqualTo("pause: I saw it");
            });
    rig.awaitIndexed(DataStream.AUDIT, 2);
    Answer audit = rig.signedIn(ConsoleRig.ADMIN).get("/api/audit");
    assertThat(audit.body().path("entries").findValuesAsText("what")).contains("console-contain");
  }

  @Test
  void whatBecameOfAnOrderIsToldAtOnce() {
    rig.put(
        rig.topics.containmentOutcomes(),
        "stopped",
        ContainmentOutcome.CODEC,
        OutcomeSample.of("stopped", Step.KILL_SWITCH, StepState.VERIFIED, Instant.now()));

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                rosa.get("/api/orders/one?id=order-of-stopped")
                    .body()
                    .at("/outcomes/0/what")
                    .asText()
                    .equals("kill-switch verified"));
    assertThat(rosa.get("/api/orders/one?id=none").body().path("outcomes")).isEmpty();
  }

  @Test
  void anAgentThatNobodyHasSeenIsNotOrdered() {
    ObjectNode why = Json.mapper().createObjectNode().put("reason", "typing error");
    // Elasticsearch has answered, so that not seen means not seen.
    Awaitility.await()
        .until(() -> rosa.get("/api/overview").body().path("index").asText().equals("here"));

    assertThat(rosa.post("/api/agents/contain?id=nobody", why).code()).isEqualTo("AGENT_UNKNOWN");
    assertThat(rosa.post("/api/agents/release?id=nobody", why).code()).isEqualTo("AGENT_UNKNOWN");
    assertThat(rosa.post("/api/agents/contain?id=final", why.put("rung", "erase")).code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
  }
}
