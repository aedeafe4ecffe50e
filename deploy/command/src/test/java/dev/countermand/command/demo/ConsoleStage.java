package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.Registry;
import dev.countermand.command.stack.TaskWriter;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.crypto.SecretFile;
import dev.countermand.runtime.kafka.TopicWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/**
 * The whole stack with a console, the demo's provider and two agents: the demo's, whose incident
 * can be played, and one whose attempts wait where scoring asks about them.
 */
final class ConsoleStage implements ConsoleSite, AutoCloseable {
  static final String RUNNER = "codex@runner-2";

  private final Path directory;
  private final ProviderProcess provider;
  private final DemoConfiguration settings;
  private final EmbeddedStack stack;
  private final int consolePort = Ports.free();

  ConsoleStage(Path directory) throws IOException, InterruptedException {
    this(directory, "enforce");
  }

  /**
   * @param mode of containment
   */
  ConsoleStage(Path directory, String mode) throws IOException, InterruptedException {
    this.directory = directory;
    this.provider = ProviderProcess.start(directory.resolve("provider"));
    this.settings = new DemoConfiguration(directory);
    settings.before(provider, Ports.free());
    for (String name : List.of("runner", "viewer", "responder", "admin")) {
      SecretFile.create(secret(name), token(name).getBytes(StandardCharsets.US_ASCII));
    }
    String yaml =
        Files.readString(directory.resolve(DemoConfiguration.FILE))
            .replace("  mode: enforce\n", "  mode: " + mode + "\n")
            .replace(
                "  sources:\n",
                """
                  ask-wait: 2m
                  sources:
                    - name: runner-2
                      token: {file: %s}
                      agent: %s
                      environment: staging
                """
                    .formatted(secret("runner"), RUNNER));
    // The demo's own console, if it has one, is replaced by one with three people.
    yaml = yaml.replaceAll("(?m)^console:\n(?: .*\n)+", "");
    yaml +=
        """
        console:
          port: %d
          users:
            vera: {role: viewer, token: {file: %s}}
            rosa: {role: responder, token: {file: %s}}
            ada: {role: admin, token: {file: %s}}
        """
            .formatted(consolePort, secret("viewer"), secret("responder"), secret("admin"));
    this.stack =
        EmbeddedStack.start(
            ConfigurationLoader.read(yaml, "test"),
            EmbeddedStack.Servers.onFreePorts(),
            Progress.silent());
    register();
    stack.awaitIndex();
  }

  private Path secret(String name) {
    return directory.resolve("secrets").resolve(name);
  }

  /** Made for this test alone. */
  @Override
  public String token(String name) {
    return "console-test-" + name + "-of-nobody-2026";
  }

  @Override
  public URI console() {
    return URI.create("http://127.0.0.1:" + consolePort + "/");
  }

  EmbeddedStack stack() {
    return stack;
  }

  private void register() {
    Registry registry = new Registry(stack.config(), InstantSource.system());
    try (TopicWriter writer = new TopicWriter(stack.config().kafka())) {
      registry.add(writer, DemoConfiguration.accountToken(), provider.told("account_token"));
      String staging =
          registry
              .add(writer, DemoConfiguration.stagingToken(), provider.told("staging_token"))
              .fingerprint();
      new TaskWriter(writer, stack.config().kafka().settings().topics())
          .change("dana", null, DemoConfiguration.task(List.of(staging)));
    }
  }

  /** Plays the demo's incident until the credential is proved dead. */
  void play() throws IOException, InterruptedException {
    try (TopicTail tail = new TopicTail(stack.config().kafka().settings())) {
      play(step -> !step.afterwards());
      awaitProof(tail);
      play(Incident.Step::afterwards);
    }
  }

  /** Plays the demo's incident up to its end without containment; the agent goes on as it likes. */
  void attack() throws IOException {
    play(step -> !step.afterwards());
  }

  /** Waits until a credential is proved dead. */
  static void awaitProof(TopicTail tail) throws InterruptedException {
    if (!tail.awaitOutcome(ConsoleStage::isProof, Duration.ofSeconds(60))) {
      throw new AssertionError("the credential was not proved dead");
    }
  }

  private void play(Predicate<Incident.Step> which) throws IOException {
    HookClient hooks = new HookClient(stack.gateway(), settings.hookToken());
    HookClient.Answer last = null;
    for (Incident.Step step : new Incident(provider.description()).steps()) {
      if (!which.test(step)) {
        continue;
      }
      if (step.event().isPresent()) {
        hooks.post(step.event().get());
      }
      if (step.attempt().isPresent()) {
        last = hooks.post(step.attempt().get());
      }
      if (step.result().isPresent() && last != null && !last.decision().equals("deny")) {
        hooks.post(step.result().get());
      }
    }
  }

  private static boolean isProof(ContainmentOutcome outcome) {
    return outcome.step() == Step.REVOKE && outcome.state() == StepState.VERIFIED;
  }

  /** What the hook of the demo's agent answers to a command. */
  HookClient.Answer demoAgentTries(String command) throws IOException {
    return hook(settings.hookToken(), "Bash", "command", command);
  }

  /** What the hook of the second agent answers to a command; returns when it does. */
  HookClient.Answer runnerTries(String command) throws IOException {
    return hook(token("runner"), "Bash", "command", command);
  }

  /** The second agent reads a file. */
  HookClient.Answer runnerReads(String file) throws IOException {
    return hook(token("runner"), "Read", "file_path", file);
  }

  private HookClient.Answer hook(String token, String tool, String key, String value)
      throws IOException {
    ObjectNode payload = Json.mapper().createObjectNode();
    payload.put("session_id", "6a2e9d30-console").put("cwd", "/home/dev/shop");
    payload.put("hook_event_name", "PreToolUse").put("tool_name", tool);
    payload.put("tool_use_id", "toolu_" + Integer.toHexString(value.hashCode()));
    payload.putObject("tool_input").put(key, value);
    return new HookClient(stack.gateway(), token).post(payload);
  }

  @Override
  public void close() {
    stack.close();
    provider.close();
  }
}
