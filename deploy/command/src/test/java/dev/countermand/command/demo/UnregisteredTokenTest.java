package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.Registry;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Task;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The incident with a token that nobody registered, on the whole real stack. */
final class UnregisteredTokenTest {
  private static final Duration PROOF = Duration.ofSeconds(60);
  private static final EmbeddedStack.Servers SERVERS =
      new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT);

  @TempDir Path directory;

  @Test
  void aTokenReadInAFileAndUsedIsDeadThoughNobodyRegisteredIt() throws Exception {
    try (ProviderProcess provider = ProviderProcess.start(directory.resolve("provider"))) {
      DemoConfiguration settings = new DemoConfiguration(directory);
      String token = provider.told("account_token");
      assertThat(provider.isActive(token)).isTrue();
      try (EmbeddedStack stack =
          EmbeddedStack.start(sealing(settings, provider), SERVERS, Progress.silent())) {
        openTask(stack.config());
        try (TopicTail tail = new TopicTail(stack.config().kafka().settings())) {
          HookClient hooks = new HookClient(stack.gateway(), settings.hookToken());
          HookClient.Answer used = play(hooks, new Incident(provider.description()));

          assertThat(used.decision()).isEqualTo("deny");
          assertThat(tail.awaitOutcome(UnregisteredTokenTest::isProof, PROOF)).isTrue();
          assertThat(tail.outcomes())
              .filteredOn(UnregisteredTokenTest::isProof)
              .singleElement()
              .satisfies(
                  proof -> {
                    assertThat(proof.reason()).contains("unregistered");
                    assertThat(proof.provider()).isEqualTo(DemoConfiguration.PROVIDER);
                  });
        }
        assertThat(provider.isActive(token)).isFalse();
        assertThat(new Registry(stack.config(), InstantSource.system()).list()).isEmpty();
      }
    }
  }

  private Configuration sealing(DemoConfiguration settings, ProviderProcess provider)
      throws IOException {
    settings.before(provider, Ports.free());
    String written = Files.readString(directory.resolve(DemoConfiguration.FILE));
    String kinds = "generic-token: all, http-bearer: all";
    return ConfigurationLoader.read(
        written
            .replace("gateway:\n", "gateway:\n  seal: {kinds: {" + kinds + "}}\n")
            .replace(
                "      type: oauth2\n",
                "      type: oauth2\n      kinds: [generic-token, http-bearer]\n"),
        "test");
  }

  private static void openTask(Configuration config) {
    Task task = DemoConfiguration.task(List.of());
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      writer.write(config.kafka().settings().topics().tasks(), task.agentId(), Task.CODEC, task);
    }
  }

  private static HookClient.Answer play(HookClient hooks, Incident incident) throws IOException {
    HookClient.Answer last = new HookClient.Answer(Instant.now(), Instant.now(), "allow", "");
    for (Incident.Step step : incident.steps()) {
      if (step.event().isPresent()) {
        hooks.post(step.event().get());
      }
      if (step.attempt().isPresent()) {
        last = hooks.post(step.attempt().get());
      }
      if (step.destructive()) {
        return last;
      }
      if (step.result().isPresent()) {
        hooks.post(step.result().get());
      }
    }
    return last;
  }

  private static boolean isProof(ContainmentOutcome outcome) {
    return outcome.step() == Step.REVOKE && outcome.state() == StepState.VERIFIED;
  }
}
