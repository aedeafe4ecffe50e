package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.stack.FlinkRest;
import dev.countermand.command.stack.FlinkRole;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning job on a Flink of its own, by the words of the command. */
final class FlinkCommandTest {
  @TempDir private Path directory;

  @Test
  void aJobIsSubmittedStoppedWithASavepointAndGoesOnFromIt() throws IOException {
    Path config = config();
    try (FlinkRole flink =
        FlinkRole.start(ConfigurationLoader.load(config), 1, 0, Progress.silent())) {
      String rest = flink.rest().toString();
      Invocation none = Invocation.of("", "flink", "savepoint", "--rest", rest);
      assertThat(none.code()).isEqualTo(1);
      assertThat(none.err()).contains("FLINK_JOB_UNKNOWN");

      Invocation submitted =
          Invocation.of("", "flink", "submit", "--rest", rest, "-c", config.toString(), "--json");
      assertThat(submitted.code()).as(submitted.err()).isZero();
      awaitRunning(flink.rest(), job(submitted));
      Invocation stopped = Invocation.of("", "flink", "savepoint", "--rest", rest, "--stop");
      assertThat(stopped.code()).as(stopped.err()).isZero();
      String savepoint = stopped.out().strip();
      assertThat(savepoint).startsWith("file:" + directory.resolve("data/flink/savepoints"));

      Invocation again =
          Invocation.of(
              "",
              "flink",
              "submit",
              "--rest",
              rest,
              "-c",
              config.toString(),
              "--from-savepoint",
              savepoint,
              "--json");
      assertThat(again.code()).as(again.err()).isZero();
      awaitRunning(flink.rest(), job(again));
      assertThat(
              new FlinkRest(flink.rest())
                  .checkpoints(job(again))
                  .at("/latest/restored/external_path")
                  .asText())
          .isEqualTo(savepoint);
    }
    assertThat(ProcessHandle.current().descendants().filter(this::isFlink).count()).isZero();
  }

  @Test
  void aFlinkThatIsNotThereIsNamed() {
    String nobody = "http://127.0.0.1:" + Ports.free();

    Invocation refused = Invocation.of("", "flink", "submit", "--rest", nobody);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("FLINK_UNREACHABLE", nobody);
  }

  private Path config() throws IOException {
    String prefix = KafkaProbe.uniqueName("flink");
    String bootstrap = TestServers.kafka().bootstrapServers();
    Topics topics = new Topics(prefix);
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    return Files.writeString(
        directory.resolve("countermand.yaml"),
        "data: %s/data\nkafka: {bootstrap: \"%s\", topic-prefix: %s}\n"
            .formatted(directory, bootstrap, prefix));
  }

  private static String job(Invocation submitted) throws IOException {
    return Json.mapper().readTree(submitted.out()).get("job").asText();
  }

  private static void awaitRunning(URI rest, String job) {
    FlinkRest flink = new FlinkRest(rest);
    Awaitility.await("a checkpoint of a job that runs")
        .atMost(Duration.ofSeconds(90))
        .until(() -> flink.checkpoints(job).at("/counts/completed").asLong() > 0);
  }

  private boolean isFlink(ProcessHandle handle) {
    return handle
        .info()
        .commandLine()
        .filter(line -> line.contains(directory.resolve("data/flink").toString()))
        .isPresent();
  }
}
