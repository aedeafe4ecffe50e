package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HookScriptTest {
  private static final Path SCRIPT = Path.of("src/main/sh/countermand-hook").toAbsolutePath();
  private static final String ATTEMPT =
      GatewayFixture.preToolUse(
          "Bash", Json.mapper().createObjectNode().put("command", "echo $HOME 'volumeDelete' \\n"));
  private static final String NOTICE = "{\"hook_event_name\":\"Stop\",\"session_id\":\"s\"}";

  @TempDir static Path data;
  private static GatewayFixture gateway;
  private static ScriptedScorer scorer;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(onPath("curl"), "curl is not installed: the hook script is not tested");
    KafkaSettings kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    scorer =
        ScriptedScorer.start(
            kafka,
            action ->
                String.valueOf(action.command()).equals("echo $HOME 'volumeDelete' \\n")
                    ? Decision.DENY
                    : Decision.ALLOW);
    gateway = GatewayFixture.start(kafka, data);
  }

  @AfterAll
  static void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
      scorer.close();
    }
  }

  static List<String> shells() {
    return Stream.of("sh", "dash", "bash").filter(HookScriptTest::onPath).toList();
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private record Ended(int status, String out, String err) {}

  private static Map<String, String> settings() throws IOException {
    Path token = Files.writeString(data.resolve("hook.token"), GatewayFixture.BUILDER + "\n");
    Map<String, String> settings = new HashMap<>();
    settings.put("COUNTERMAND_URL", "http://127.0.0.1:" + gateway.port);
    settings.put("COUNTERMAND_TOKEN_FILE", token.toString());
    settings.put("COUNTERMAND_TIMEOUT", "15");
    return settings;
  }

  private static Ended run(String shell, String input, Map<String, String> settings)
      throws Exception {
    Process process = start(shell, settings);
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return ended(process);
  }

  private static Process start(String shell, Map<String, String> settings) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(shell, SCRIPT.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("COUNTERMAND_"));
    builder.environment().putAll(settings);
    return builder.start();
  }

  private static Ended ended(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void theGatewaysAnswerIsPrintedAsItIs(String shell) throws Exception {
    Ended denied = run(shell, ATTEMPT, settings());
    assertThat(denied.err()).isEmpty();
    assertThat(denied.status()).isZero();
    JsonNode answer = Json.mapper().readTree(denied.out());
    assertThat(answer.at("/hookSpecificOutput/permissionDecision").asText()).isEqualTo("deny");
    assertThat(run(shell, NOTICE, settings())).isEqualTo(new Ended(0, "{}\n", ""));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void withoutAnAnswerAnAttemptIsDeniedAndANoticeIsNot(String shell) throws Exception {
    Map<String, String> settings = settings();
    settings.put("COUNTERMAND_URL", "http://127.0.0.1:" + GatewayFixture.freePort());
    Ended attempt = run(shell, ATTEMPT, settings);
    assertThat(attempt.status()).isEqualTo(2);
    assertThat(attempt.out()).isEmpty();
    assertThat(attempt.err()).startsWith("Countermand gave no answer").endsWith("running?\n");
    assertThat(run(shell, NOTICE, settings).status()).isEqualTo(1);

    settings.put("COUNTERMAND_ON_FAILURE", "allow");
    Ended allowed = run(shell, ATTEMPT, settings);
    assertThat(allowed.status()).isZero();
    assertThat(allowed.out()).isEmpty();
  }

  @Test
  void aWrongTokenIsDeniedAndTheTokenIsNotRepeated() throws Exception {
    Map<String, String> settings = settings();
    settings.remove("COUNTERMAND_TOKEN_FILE");
    settings.put("COUNTERMAND_TOKEN", "wrong-token");
    Ended ended = run("sh", ATTEMPT, settings);
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("status 401").doesNotContain("wrong-token");

    settings.put("COUNTERMAND_TOKEN", "a\"\nurl = \"http://elsewhere");
    assertThat(run("sh", ATTEMPT, settings).err()).contains("no usable token");
  }

  @Test
  void theTokenIsInNoArgument() throws Exception {
    Map<String, String> settings = settings();
    Path trace = data.resolve("arguments");
    Path fake = Files.createDirectories(data.resolve("bin")).resolve("curl");
    Files.writeString(fake, "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + trace + "\nexit 7\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    settings.put("PATH", fake.getParent() + ":" + System.getenv("PATH"));
    assertThat(run("sh", ATTEMPT, settings).status()).isEqualTo(2);
    assertThat(Files.readString(trace)).startsWith("-q\n").doesNotContain(GatewayFixture.BUILDER);
  }

  @Test
  void aTokenForManyAgentsNamesTheAgent() throws Exception {
    Map<String, String> settings = settings();
    settings.remove("COUNTERMAND_TOKEN_FILE");
    settings.put("COUNTERMAND_TOKEN", GatewayFixture.FLEET);
    assertThat(run("sh", ATTEMPT, settings).err()).contains("status 400");
    settings.put("COUNTERMAND_AGENT", "agent-7");
    assertThat(run("sh", ATTEMPT, settings).out()).contains("\"deny\"");
  }

  @Test
  void anAgentThatNeverClosesItsInputIsDeniedInTime() throws Exception {
    Map<String, String> settings = settings();
    settings.put("COUNTERMAND_TIMEOUT", "1");
    long begun = System.nanoTime();
    Process process = start("sh", settings);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(15));
    process.getOutputStream().close();
  }
}
