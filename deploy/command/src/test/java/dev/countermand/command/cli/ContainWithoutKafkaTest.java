package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.KafkaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An order to contain while the Kafka that was there is stopped. */
final class ContainWithoutKafkaTest {
  @TempDir private Path directory;

  private Path configOfAStoppedKafka() throws Exception {
    Path config = directory.resolve("countermand.yaml");
    try (KafkaServer kafka =
        KafkaServer.start(directory.resolve("kafka"), KafkaServer.Options.defaults())) {
      Files.writeString(
          config,
          "data: %s/data\nkafka: {bootstrap: \"%s\"}\n"
              .formatted(directory, kafka.bootstrapServers()));
    }
    return config;
  }

  private static Invocation order(Path config, String reason, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("contain", "order", "agent-1", "-c", config.toString(), "--reason", reason));
    words.addAll(List.of(more));
    return Invocation.of("", words.toArray(String[]::new));
  }

  @Test
  void whatWasNotDoneAndWhatToDoIsSaidWithinTheLimit() throws Exception {
    Path config = configOfAStoppedKafka();
    Instant start = Instant.now();

    Invocation order = order(config, "it went wild", "--wait", "3s");

    // The limit, and what it takes to start and to stop the clients.
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
    assertThat(order.code()).isNotZero();
    assertThat(order.out()).doesNotContain("Order ");
    assertThat(order.err())
        .contains("ORDER_NOT_GIVEN", "agent-1 is not contained", "kept nowhere", "give it again");
  }

  @Test
  void aNameThatIsNoPersonsIsSaidWithoutWaitingForKafka() throws Exception {
    Invocation order = order(configOfAStoppedKafka(), "x", "--by", "scoring");

    assertThat(order.err()).contains("PERSON_NAME_RESERVED");
  }
}
