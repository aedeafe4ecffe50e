package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStackTest {
  private static final EmbeddedStack.Servers SERVERS =
      new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT);

  @TempDir Path directory;

  @Test
  void aKafkaThatIsKilledIsStartedAgainAndASecondStackIsRefused() throws Exception {
    Configuration config =
        LocalSource.ensure(
            ConfigurationLoader.read(
                "data: " + directory + "\ngateway: {port: " + Ports.free() + "}", "test"),
            LocalSource.Speaks.FOR_ONE_AGENT);
    String token = config.gateway().sources().get(0).token().read();
    try (EmbeddedStack stack = EmbeddedStack.start(config, SERVERS, Progress.silent())) {
      awaitScoring(stack, token);

      CountermandException refusal =
          catchThrowableOfType(
              CountermandException.class,
              () -> EmbeddedStack.start(config, SERVERS, Progress.silent()));
      assertThat(refusal.code()).isEqualTo("DATA_IN_USE");
      assertThat(refusal).hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));

      ProcessHandle kafka = kafka();
      kafka.destroyForcibly();
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !kafka.isAlive());
      awaitScoring(stack, token);
      assertThat(kafka().pid()).isNotEqualTo(kafka.pid());
    }
    assertThat(kafkas()).isZero();
  }

  private ProcessHandle kafka() {
    return ProcessHandle.current().descendants().filter(this::isKafka).findFirst().orElseThrow();
  }

  private long kafkas() {
    return ProcessHandle.current().descendants().filter(this::isKafka).count();
  }

  private boolean isKafka(ProcessHandle handle) {
    String command = handle.info().commandLine().orElse("");
    return handle.isAlive()
        && command.contains("kafka.Kafka " + directory)
        && !command.contains("/bin/sh");
  }

  private static void awaitScoring(EmbeddedStack stack, String token) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptions()
        .until(() -> attempt(stack, token).path("by").asText().equals("scoring"));
  }

  private static JsonNode attempt(EmbeddedStack stack, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(stack.gateway().resolve("/v1/actions"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"Bash\","
                        + "\"input\":{\"command\":\"ls\"}}"))
            .build();
    return Json.mapper()
        .readTree(
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
