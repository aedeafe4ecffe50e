package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Step;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalPollTest {
  @TempDir Path directory;
  private SignalRig rig;

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
    rig.start();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void whatWaitsIsGivenAgainUntilItIsAcknowledged() {
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    rig.outcome("agent-3", Step.KILL_SWITCH, null);
    JsonNode all = rig.awaitWaiting(3);
    Receiver receiver = rig.receiver(SignalRig.POLLED);
    all.properties()
        .forEach(
            set ->
                assertThat(receiver.check(set.getValue().asText()).path("jti").asText())
                    .isEqualTo(set.getKey()));

    JsonNode some = rig.poll("{\"returnImmediately\":true,\"maxEvents\":2}");
    assertThat(some.path("sets")).hasSize(2);
    assertThat(some.path("moreAvailable").asBoolean()).isTrue();

    String first = some.path("sets").fieldNames().next();
    JsonNode none = rig.poll("{\"maxEvents\":0,\"ack\":[\"" + first + "\"]}");
    assertThat(none.path("sets")).isEmpty();
    assertThat(none.path("moreAvailable").asBoolean()).isTrue();

    JsonNode rest = rig.poll("{\"returnImmediately\":true}").path("sets");
    assertThat(rest).hasSize(2);
    assertThat(rest.has(first)).isFalse();
    assertThat(rig.counted(SignalRig.POLLED, "delivered")).isEqualTo(1);
    assertThat(rig.removals(first)).isEqualTo(1);
  }

  @Test
  void whatTheReceiverReportsAsWrongGoesToTheDeadLetters() {
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    String id = rig.awaitWaiting(1).fieldNames().next();

    JsonNode answer =
        rig.poll(
            "{\"returnImmediately\":true,\"setErrs\":{\""
                + id
                + "\":{\"err\":\"invalid_key\",\"description\":\"unknown kid\"}}}");

    assertThat(answer.path("sets")).isEmpty();
    assertThat(answer.path("moreAvailable").asBoolean()).isFalse();
    assertThat(rig.values(rig.kafka.topics().deadLetters()))
        .singleElement()
        .asString()
        .contains("SIGNAL_REJECTED", "invalid_key")
        .doesNotContain("unknown kid");
    assertThat(rig.counted(SignalRig.POLLED, "rejected")).isEqualTo(1);
  }

  @Test
  void aLongPollIsAnsweredWhenSomethingComes() {
    assertThat(rig.poll("{\"returnImmediately\":true}").path("sets")).isEmpty();
    CompletableFuture<JsonNode> answer =
        CompletableFuture.supplyAsync(() -> rig.poll("{}").path("sets"));

    rig.outcome("agent-1", Step.KILL_SWITCH, null);

    assertThat(answer).succeedsWithin(PollDesk.LONG_POLL.minusSeconds(10));
    assertThat(answer.join()).hasSize(1);
  }

  @Test
  void aReceiverTakesNothingWithoutItsTokenOrFromAnother() {
    assertThat(rig.call("POST", "/poll/directory", Map.of(), "{}").status()).isEqualTo(401);
    assertThat(
            rig.call("POST", "/poll/directory", Map.of("Authorization", "Bearer no"), "{}")
                .status())
        .isEqualTo(401);
    assertThat(rig.call("POST", "/poll/directory", SignalRig.PUSHED, "{}").status()).isEqualTo(404);
    assertThat(rig.call("POST", "/poll/directory", SignalRig.POLLED, "[1]").status())
        .isEqualTo(400);
  }
}
