package dev.countermand.command.demo;

import dev.countermand.command.demo.Timeline.Lane;
import dev.countermand.command.demo.Timeline.Tone;
import dev.countermand.command.stack.EmbeddedStack;
import dev.countermand.command.stack.Registry;
import dev.countermand.command.stack.TaskWriter;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexReader;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Task;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.TopicWriter;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Plays the incident against the real pipeline and a provider that really loses its volumes. */
public final class Demo implements AutoCloseable {
  private static final Duration PROOF = Duration.ofSeconds(30);
  private static final Duration INDEXED = Duration.ofSeconds(60);

  private final Path directory;
  private final Progress progress;
  private final Timeline timeline = new Timeline();
  private final ProviderProcess provider;
  private final Incident incident;
  private @Nullable EmbeddedStack stack;

  /** Starts the provider. */
  public Demo(Path directory, Progress progress) throws IOException, InterruptedException {
    this.directory = directory.toAbsolutePath();
    this.progress = progress;
    progress.step("Starting the demo's infrastructure provider, a process of its own");
    this.provider = ProviderProcess.start(this.directory.resolve("provider"));
    this.incident = new Incident(provider.description());
  }

  /** Plays it with nobody watching. */
  DemoReport unguarded() throws IOException {
    ProviderProcess.Inventory before = provider.inventory();
    int status = 0;
    for (Incident.Step step : incident.steps()) {
      if (step.afterwards()) {
        continue;
      }
      timeline.add(Instant.now(), Lane.AGENT, Tone.PLAIN, told(step));
      if (step.executes().isPresent()) {
        status = execute(step.executes().get());
      }
    }
    return new DemoReport(
        false,
        before,
        provider.inventory(),
        null,
        null,
        status,
        provider.isActive(provider.told("account_token")),
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        -1,
        timeline);
  }

  /** Plays it with Countermand watching. */
  DemoReport guarded() throws IOException, InterruptedException {
    DemoConfiguration settings = new DemoConfiguration(directory);
    int gatewayPort = Ports.free();
    EmbeddedStack running =
        EmbeddedStack.start(
            settings.before(provider, gatewayPort), EmbeddedStack.Servers.onFreePorts(), progress);
    stack = running;
    Configuration config =
        settings.write(
            provider,
            gatewayPort,
            running.config().kafka().bootstrap(),
            running.config().elasticsearch().url().toString());
    prepare(config);
    running.awaitIndex();
    progress.step("Playing the incident");
    ProviderProcess.Inventory before = provider.inventory();
    try (TopicTail tail = new TopicTail(config.kafka().settings())) {
      HookClient hooks = new HookClient(running.gateway(), settings.hookToken());
      HookClient.Answer destructive = play(hooks, step -> !step.afterwards());
      tail.awaitOutcome(Demo::isProof, PROOF);
      int replay = replay();
      HookClient.Answer afterwards = play(hooks, Incident.Step::afterwards);
      boolean active = provider.isActive(provider.told("account_token"));
      timeline.add(
          Instant.now(),
          Lane.PROVIDER,
          active ? Tone.BAD : Tone.GOOD,
          "introspection of the token: active=" + active);
      new PipelineLane(timeline).add(tail);
      ProviderProcess.Inventory after = provider.inventory();
      progress.step("Waiting until Elasticsearch has every document");
      long indexed = indexed(running, tail);
      return new DemoReport(
          true,
          before,
          after,
          destructive.decision(),
          destructive.reason(),
          replay,
          active,
          afterwards.decision(),
          millis(Duration.between(destructive.sent(), destructive.answered())),
          duration(tail, o -> o.step() == Step.KILL_SWITCH && o.state() == StepState.VERIFIED),
          duration(tail, Demo::isProof),
          tail.findings(),
          tail.outcomes(),
          indexed,
          timeline);
    }
  }

  /** The stack of the guarded demo, while it is up. */
  @Nullable EmbeddedStack stack() {
    return stack;
  }

  /** One of the things the provider told of itself; may be a secret. */
  String told(String name) {
    return provider.told(name);
  }

  @Override
  public void close() {
    if (stack != null) {
      stack.close();
    }
    provider.close();
  }

  /** What people do before: the registry knows both tokens, the task grants the staging one. */
  private void prepare(Configuration config) {
    progress.step("Registering the provider's tokens and opening the agent's task");
    Registry registry = new Registry(config, InstantSource.system());
    try (TopicWriter writer = new TopicWriter(config.kafka())) {
      registry.add(writer, DemoConfiguration.accountToken(), provider.told("account_token"));
      String staging =
          registry
              .add(writer, DemoConfiguration.stagingToken(), provider.told("staging_token"))
              .fingerprint();
      Task task = DemoConfiguration.task(List.of(staging));
      new TaskWriter(writer, config.kafka().settings().topics()).change("dana", null, task);
    }
  }

  /** Plays steps; returns the answer to the last attempt. */
  private HookClient.Answer play(HookClient hooks, Predicate<Incident.Step> which)
      throws IOException {
    HookClient.Answer last = new HookClient.Answer(Instant.now(), Instant.now(), "allow", "");
    for (Incident.Step step : incident.steps().stream().filter(which).toList()) {
      timeline.add(Instant.now(), Lane.AGENT, Tone.PLAIN, told(step));
      if (step.event().isPresent()) {
        hooks.post(step.event().get());
      }
      if (step.attempt().isPresent()) {
        last = hooks.post(step.attempt().get());
        boolean denied = last.decision().equals("deny");
        timeline.add(
            last.answered(),
            Lane.COUNTERMAND,
            denied ? Tone.GOOD : Tone.PLAIN,
            "hook answers "
                + last.decision()
                + (last.reason().isEmpty() ? "" : ": " + last.reason()));
        if (!denied && step.executes().isPresent()) {
          execute(step.executes().get());
        }
      }
      if (step.result().isPresent() && !last.decision().equals("deny")) {
        hooks.post(step.result().get());
      }
    }
    return last;
  }

  private int replay() throws IOException {
    Incident.Call call =
        incident.steps().stream()
            .flatMap(step -> step.executes().stream())
            .findFirst()
            .orElseThrow();
    timeline.add(
        Instant.now(), Lane.AGENT, Tone.WARNING, "the same request is sent past the hook: " + call);
    return execute(call);
  }

  private int execute(Incident.Call call) throws IOException {
    var answer = provider.call(call);
    boolean refused = answer.status() == 401;
    timeline.add(
        Instant.now(),
        Lane.PROVIDER,
        refused ? Tone.GOOD : Tone.BAD,
        (refused ? "refuses: " : "accepts: ") + answer.status() + " " + answer.body());
    return answer.status();
  }

  /** The step in words, with what the agent does; tokens are left out. */
  private String told(Incident.Step step) {
    String does =
        step.attempt()
            .map(hook -> hook.path("tool_input"))
            .map(input -> input.path("command").asText(input.path("file_path").asText()))
            .orElse("");
    for (String secret : List.of("account_token", "staging_token", "operator_token")) {
      does = does.replace(provider.told(secret), "<token>");
    }
    return does.isEmpty() ? step.say() : step.say() + ": " + does;
  }

  private static boolean isProof(ContainmentOutcome outcome) {
    return outcome.step() == Step.REVOKE && outcome.state() == StepState.VERIFIED;
  }

  private static @Nullable Double duration(TopicTail tail, Predicate<ContainmentOutcome> which) {
    return tail.outcomes().stream()
        .filter(which)
        .map(ContainmentOutcome::duration)
        .filter(nanos -> nanos != null)
        .map(nanos -> millis(Duration.ofNanos(nanos)))
        .findFirst()
        .orElse(null);
  }

  private static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e5) / 10.0;
  }

  /** How many documents there are once every finding and outcome is indexed. */
  private static long indexed(EmbeddedStack stack, TopicTail tail) {
    stack.awaitIndex();
    Configuration.Elasticsearch target = stack.config().elasticsearch();
    long expected = (long) tail.findings().size() + tail.outcomes().size();
    try (IndexReader reader = new IndexReader(target)) {
      Supplier<Long> found =
          () ->
              reader.count(DataStream.FINDING.in(target.namespace()))
                  + reader.count(DataStream.OUTCOME.in(target.namespace()));
      Failsafe.with(
              RetryPolicy.<Long>builder()
                  .handleResultIf(count -> count < expected)
                  .handle(UncheckedIOException.class)
                  .withDelay(Duration.ofMillis(200))
                  .withMaxRetries(-1)
                  .withMaxDuration(INDEXED)
                  .build())
          .get(found::get);
      return found.get() + reader.count(DataStream.ACTION.in(target.namespace()));
    }
  }

  private static String words(ContainmentOutcome outcome) {
    String state = outcome.step().wireName() + " " + outcome.state().wireName();
    if (outcome.step() == Step.KILL_SWITCH && outcome.state() == StepState.REQUESTED) {
      return state + " for " + outcome.agentId();
    }
    return state + ": " + (outcome.proof() == null ? outcome.reason() : outcome.proof());
  }

  /** What the pipeline said, as entries of the timeline. */
  private record PipelineLane(Timeline timeline) {
    void add(TopicTail tail) {
      for (Finding finding : tail.findings()) {
        timeline.add(
            finding.time(),
            Lane.COUNTERMAND,
            Tone.WARNING,
            "finding ["
                + finding.severity().wireName()
                + "] "
                + finding.ruleId()
                + ": "
                + finding.summary());
      }
      for (ContainmentOutcome outcome : tail.outcomes()) {
        boolean good = outcome.state() == StepState.VERIFIED;
        timeline.add(
            outcome.time(),
            Lane.COUNTERMAND,
            good ? Tone.GOOD : outcome.state() == StepState.FAILED ? Tone.BAD : Tone.PLAIN,
            words(outcome));
      }
    }
  }
}
