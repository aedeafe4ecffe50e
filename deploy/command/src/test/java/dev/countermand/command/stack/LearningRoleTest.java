package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.Baseline;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.CompactedView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From actions at the gateway to baselines, in the stack that {@code up} starts. */
class LearningRoleTest {
  private static final EmbeddedStack.Servers SERVERS =
      new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT);

  @TempDir Path directory;

  @Test
  void theStackLearnsFromActionsAndGoesOnWhereItWasAfterARestart() throws Exception {
    Configuration config =
        LocalSource.ensure(
            ConfigurationLoader.read(
                "data: "
                    + directory
                    + "\nkafka: {partitions: 1}\ngateway: {port: "
                    + Ports.free()
                    + "}",
                "test"),
            LocalSource.Speaks.FOR_ONE_AGENT);
    String token = config.gateway().sources().get(0).token().read();
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(9));
    try (EmbeddedStack stack = EmbeddedStack.start(config, SERVERS, Progress.silent())) {
      for (int hour = 0; hour < 4; hour++) {
        act(stack, token, start.plus(Duration.ofHours(hour)));
      }
      // The last hour's window is open until an action that is later by the time the job waits.
      awaitWindows(stack, 3);
    }
    Instant checkpointed = start.plus(Duration.ofHours(3));

    try (EmbeddedStack stack = EmbeddedStack.start(config, SERVERS, Progress.silent())) {
      assertThat(reads(stack).orElseThrow().learned().windows()).isEqualTo(3);
      for (int hour = 4; hour < 8; hour++) {
        act(stack, token, start.plus(Duration.ofHours(hour)));
      }
      awaitWindows(stack, 7);
      assertThat(new Examination(stack.config()).all())
          .filteredOn(result -> result.thing().equals("learning"))
          .singleElement()
          .satisfies(result -> assertThat(result.health()).isEqualTo(Examination.Health.OK));
      assertThat(reads(stack).orElseThrow().learned().from()).isBefore(checkpointed);
    }
  }

  private static void awaitWindows(EmbeddedStack stack, long windows) {
    Awaitility.await("a baseline of " + windows + " windows")
        .atMost(Duration.ofSeconds(150))
        .untilAsserted(
            () ->
                assertThat(reads(stack).map(baseline -> baseline.learned().windows()))
                    .contains(windows));
  }

  private static Optional<Baseline> reads(EmbeddedStack stack) {
    var kafka = stack.config().kafka().settings();
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      return view.awaitCaughtUp(Duration.ofSeconds(20)).all().stream()
          .filter(baseline -> baseline.key().equals("agent:local-agent|reads"))
          .findFirst();
    }
  }

  private static void act(EmbeddedStack stack, String token, Instant time) throws IOException {
    HttpCaller.Answer answer =
        new HttpCaller(Duration.ofSeconds(10))
            .call(
                "POST",
                stack.gateway().resolve("/v1/actions"),
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
                "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"Bash\",\"time\":\""
                    + time
                    + "\",\"input\":{\"command\":\"cat README.md\"}}");
    assertThat(answer.isSuccess()).as(answer.body()).isTrue();
  }
}
