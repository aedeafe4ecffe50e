package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Step;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalCrashTest {
  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private SignalRig rig;

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    rig.close();
  }

  @Test
  void afterAKillWhatWasNotAcknowledgedIsSentAgainAndWhatWasIsNot()
      throws IOException, InterruptedException {
    Process first = process();
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    await().until(() -> rig.endpoint.accepted.size() == 1);
    String done = checked(rig.endpoint.accepted.get(0)).path("jti").asText();
    await().until(() -> rig.removals(done) == 1);
    rig.poll("{\"maxEvents\":0,\"ack\":[\"" + rig.awaitWaiting(1).fieldNames().next() + "\"]}");
    rig.endpoint.turn(PushEndpoint.Mood.FAIL);
    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    await().until(() -> !rig.endpoint.failed.isEmpty());
    JsonNode waiting = rig.awaitWaiting(1);

    first.destroyForcibly();
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
    rig.outcome("agent-3", Step.KILL_SWITCH, null);
    rig.endpoint.turn(PushEndpoint.Mood.ACCEPT);
    process();

    await().until(() -> rig.endpoint.accepted.size() >= 3);
    assertThat(rig.endpoint.accepted)
        .extracting(token -> checked(token).at("/sub_id/sub").asText())
        .containsExactlyInAnyOrder("agent-1", "agent-2", "agent-3");
    assertThat(rig.endpoint.accepted).as("the same token").contains(rig.endpoint.failed.get(0));
    JsonNode still = rig.awaitWaiting(2);
    assertThat(still.has(waiting.fieldNames().next())).isTrue();
  }

  @Test
  void aClosedTransmitterGoesOnWhereItStopped() {
    rig.start();
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    await().until(() -> rig.endpoint.accepted.size() == 1);
    JsonNode before = rig.awaitWaiting(1);
    rig.stop();

    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    rig.start();

    await().until(() -> rig.endpoint.accepted.size() == 2);
    JsonNode after = rig.awaitWaiting(2);
    String first = before.fieldNames().next();
    assertThat(after.path(first)).isEqualTo(before.path(first));
    assertThat(checked(rig.endpoint.accepted.get(1)).at("/sub_id/sub").asText())
        .isEqualTo("agent-2");
  }

  private JsonNode checked(String token) {
    return rig.receiver(SignalRig.PUSHED).check(token);
  }

  private Process process() throws IOException {
    File log = directory.resolve("process-" + System.nanoTime() + ".log").toFile();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SignalProcess.class.getName(),
                    rig.kafka.bootstrap(),
                    rig.kafka.topics().prefix(),
                    directory.toString(),
                    Integer.toString(rig.port),
                    rig.endpoint.uri().toString()))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    processes.add(process);
    await()
        .ignoreExceptions()
        .until(() -> rig.call("GET", "/status?stream_id=shop", "shop", "").status() == 200);
    return process;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(40));
  }
}
