package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.Main;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.Registry;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Task;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The incident over a rotation of the fingerprint key that is killed again and again. */
final class LiveRotationTest {
  private static final Duration PROOF = Duration.ofSeconds(60);
  private static final EmbeddedStack.Servers SERVERS =
      new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT);

  /** What the rotation says when it is about to take a step. */
  private static final List<String> STEPS =
      List.of("Writing down", "Keeping key", "Bringing key", "Registering infra");

  @TempDir Path directory;

  @Test
  void aTokenReadUnderTheOldKeyAndUsedUnderTheNewOneIsOneTokenThoughTheRotationWasKilled()
      throws Exception {
    try (ProviderProcess provider = ProviderProcess.start(directory.resolve("provider"))) {
      DemoConfiguration settings = new DemoConfiguration(directory);
      int port = Ports.free();
      settings.before(provider, port);
      String token = provider.told("account_token");
      Incident incident = new Incident(provider.description());
      try (EmbeddedStack stack =
          EmbeddedStack.start(settings.before(provider, port), SERVERS, Progress.silent())) {
        Configuration config = stack.config();
        settings.write(provider, port, config.kafka().bootstrap(), "http://127.0.0.1:1");
        String before = prepare(config, token).fingerprint();
        try (TopicTail tail = new TopicTail(config.kafka().settings())) {
          HookClient hooks = new HookClient(stack.gateway(), settings.hookToken());
          play(hooks, incident, step -> !step.destructive() && !step.afterwards());

          for (String step : STEPS) {
            assertThat(rotate(step)).as("killed at: %s", step).isNotZero();
          }
          assertThat(rotate(null)).as("the last run ends by itself").isZero();
          HookClient.Answer used = play(hooks, incident, Incident.Step::destructive);

          assertThat(used.decision()).isEqualTo("deny");
          assertThat(
                  tail.awaitOutcome(
                      outcome ->
                          outcome.step() == Step.REVOKE && outcome.state() == StepState.VERIFIED,
                      PROOF))
              .isTrue();
          assertThat(tail.findings()).extracting(Finding::ruleId).contains("read-then-used");
        }
        assertThat(provider.isActive(token)).isFalse();
        assertThat(new Registry(config, InstantSource.system()).list())
            .singleElement()
            .satisfies(
                credential -> {
                  assertThat(credential.fingerprint()).isNotEqualTo(before);
                  assertThat(credential.previous()).containsExactly(before);
                });
      }
    }
  }

  private static Credential prepare(Configuration config, String token) {
    Registry registry = new Registry(config, InstantSource.system());
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      Credential credential = registry.add(writer, DemoConfiguration.accountToken(), token);
      Task task = DemoConfiguration.task(List.of());
      writer.write(config.kafka().settings().topics().tasks(), task.agentId(), Task.CODEC, task);
      return credential;
    }
  }

  /** Runs the command in a process of its own, and kills it when it says a step; null for never. */
  private int rotate(@Nullable String killedAt) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "credential",
                "rotate-key",
                "-c",
                directory.resolve(DemoConfiguration.FILE).toString())
            .redirectOutput(directory.resolve("rotate.out").toFile())
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = said.readLine();
      while (line != null && (killedAt == null || !line.contains(killedAt))) {
        line = said.readLine();
      }
      if (line != null) {
        process.destroyForcibly();
      }
    }
    assertThat(process.waitFor(PROOF.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static HookClient.Answer play(
      HookClient hooks, Incident incident, Predicate<Incident.Step> which) throws IOException {
    HookClient.Answer last = null;
    for (Incident.Step step : incident.steps().stream().filter(which).toList()) {
      if (step.event().isPresent()) {
        hooks.post(step.event().get());
      }
      if (step.attempt().isPresent()) {
        last = hooks.post(step.attempt().get());
      }
      if (step.result().isPresent()) {
        hooks.post(step.result().get());
      }
    }
    return Objects.requireNonNull(last, "the incident has such a step");
  }
}
