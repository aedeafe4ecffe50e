package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ContainmentStateSample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console says to who orders something while Kafka is stopped. */
final class ConsoleWithoutKafkaTest {
  @TempDir private Path directory;

  @Test
  void anOrderThatKafkaDoesNotTakeIsSaidNotToBeGiven() throws Exception {
    KafkaServer kafka =
        KafkaServer.start(directory.resolve("kafka"), KafkaServer.Options.defaults());
    try (ConsoleRig rig = new ConsoleRig(directory, kafka)) {
      Browser rosa = rig.signedIn(ConsoleRig.RESPONDER);
      rig.put(
          rig.topics.containmentState(),
          "coder",
          ContainmentState.CODEC,
          ContainmentStateSample.of("coder", ContainmentStatus.RELEASED, Instant.now()).build());
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> rosa.get("/api/agents/one?id=coder").status() == 200);
      kafka.close();

      ObjectNode why = Json.mapper().createObjectNode().put("reason", "it went wild");
      Instant start = Instant.now();
      Browser.Answer answer = rosa.post("/api/agents/contain?id=coder", why);

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("ORDER_NOT_GIVEN");
      assertThat(answer.body().toString()).contains("nothing was done", "kept nowhere");
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(25));
    } finally {
      kafka.close();
    }
  }
}
