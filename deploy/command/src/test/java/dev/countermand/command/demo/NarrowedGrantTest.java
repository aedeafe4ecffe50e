package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.Registry;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Task;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.kafka.LogReader;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository's file takes away what a person granted, on the whole real stack. */
final class NarrowedGrantTest {
  private static final EmbeddedStack.Servers SERVERS =
      new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT);

  @TempDir Path directory;

  @Test
  void whatOnlyTheRepositoryTakesAwayIsAskedAboutAndContainsNobody() throws Exception {
    Path open = Files.createDirectories(directory.resolve("open/.git")).getParent();
    Path narrowed = Files.createDirectories(directory.resolve("narrowed/.git")).getParent();
    Files.createDirectory(narrowed.resolve(".countermand"));
    Files.writeString(narrowed.resolve(".countermand/task.yaml"), "credentials: []\n");
    try (ProviderProcess provider = ProviderProcess.start(directory.resolve("provider"))) {
      DemoConfiguration settings = new DemoConfiguration(directory);
      String token = provider.told("staging_token");
      try (EmbeddedStack stack =
          EmbeddedStack.start(heeding(settings, provider), SERVERS, Progress.silent())) {
        grant(stack.config(), token);
        try (TopicTail tail = new TopicTail(stack.config().kafka().settings())) {
          HookClient hooks = new HookClient(stack.gateway(), settings.hookToken());

          assertThat(hooks.post(use(open, token, 1)).decision()).isEqualTo("allow");
          HookClient.Answer asked = hooks.post(use(narrowed, token, 2));
          assertThat(hooks.post(use(open, token, 3)).decision()).isEqualTo("allow");

          assertThat(asked.decision()).isEqualTo("ask");
          assertThat(asked.reason()).contains(".countermand/task.yaml");
          assertThat(tail.findings()).extracting(Finding::ruleId).contains("credential-scope");
          // Written before the third answer, if it was written.
          assertThat(
                  new LogReader(stack.config().kafka().settings())
                      .read(
                          stack.config().kafka().settings().topics().containmentOrders(),
                          ContainmentOrder.CODEC,
                          Duration.ofSeconds(20)))
              .isEmpty();
        }
        assertThat(provider.isActive(token)).isTrue();
      }
    }
  }

  private Configuration heeding(DemoConfiguration settings, ProviderProcess provider)
      throws IOException {
    settings.before(provider, Ports.free());
    return ConfigurationLoader.read(
        Files.readString(directory.resolve(DemoConfiguration.FILE))
            .replace("      agent-name:", "      repository-tasks: true\n      agent-name:"),
        "test");
  }

  private static void grant(Configuration config, String token) {
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      String fingerprint =
          new Registry(config, InstantSource.system())
              .add(writer, DemoConfiguration.stagingToken(), token)
              .fingerprint();
      Task task = DemoConfiguration.task(List.of(fingerprint));
      writer.write(config.kafka().settings().topics().tasks(), task.agentId(), Task.CODEC, task);
    }
  }

  private static ObjectNode use(Path directory, String token, int number) {
    ObjectNode event =
        Json.mapper()
            .createObjectNode()
            .put("session_id", "narrowed")
            .put("cwd", directory.toString())
            .put("hook_event_name", "PreToolUse")
            .put("tool_name", "Bash")
            .put("tool_use_id", "toolu_" + number);
    event
        .putObject("tool_input")
        .put(
            "command",
            "curl -s -H 'Authorization: Bearer "
                + token
                + "' https://staging.infra.example/v1/volumes?page="
                + number);
    return event;
  }
}
