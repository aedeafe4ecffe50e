package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.detectors.Judgement;
import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir private Path directory;

  private static Judgement judge(String yaml, @Nullable Task task) {
    Configuration config = ConfigurationLoader.read(yaml, "test");
    return Detection.of(config, new SimpleMeterRegistry())
        .judgeAlone(action(), Optional.ofNullable(task), Known.NOTHING);
  }

  private static Action action() {
    return new ActionMaker(
            ActionRedactor.of(Redactors.offline(ConfigurationLoader.defaults())),
            InstantSource.fixed(NOON))
        .make(
            new Reporter("test", "hook", null, "coder-7", null, null, false),
            new Report(
                Phase.ATTEMPT,
                "test",
                Outcome.UNKNOWN,
                null,
                "session",
                "Bash",
                "call",
                Json.mapper()
                    .createObjectNode()
                    .put("command", "kubectl delete deployment web -n staging"),
                null,
                null,
                null,
                null,
                null));
  }

  private static Task task() {
    return new Task(
        "task-1",
        NOON,
        "coder-7",
        TaskStatus.OPEN,
        "tidy up",
        List.of("*"),
        List.of("*"),
        List.of(Verb.values()),
        List.of(),
        NOON,
        null,
        "alice",
        Extra.NONE);
  }

  private static List<String> evidence(Judgement judgement) {
    return judgement.findings().stream().map(Finding::because).flatMap(List::stream).toList();
  }

  @Test
  void withoutATaskTheProfileOfTheAgentGrants() {
    String profile =
        "tasks: {profiles: [{name: deployer, agents: [coder-*], environments: ['*'], resources:"
            + " ['kubernetes-object:*'], verbs: [delete, destroy]}]}";

    assertThat(judge("{}", null).decision()).isNotEqualTo(Decision.ALLOW);
    assertThat(evidence(judge("{}", null)))
        .anyMatch(line -> line.contains("the default profile grants nothing"));
    assertThat(judge(profile, null).decision()).isEqualTo(Decision.ALLOW);
    assertThat(judge(profile.replace("coder-", "tester-"), null).decision())
        .isNotEqualTo(Decision.ALLOW);
  }

  @Test
  void aCedarPolicyDecidesInThePlaceOfTheTask() throws IOException {
    Path policy =
        Files.writeString(
            directory.resolve("policy.cedar"),
            """
            permit (principal, action, resource) when { context.hasTask };
            forbid (principal, action, resource is Resource)
              when { resource.environment == "staging" };
            """);
    String config = "tasks: {policy: {engine: cedar, file: '" + policy + "'}}";

    assertThat(judge("{}", task()).decision()).isEqualTo(Decision.ALLOW);
    assertThat(judge(config, task()).decision()).isNotEqualTo(Decision.ALLOW);
  }

  @Test
  void whereOpenPolicyAgentDoesNotAnswerTheTaskDecides() {
    String config = "tasks: {policy: {engine: opa, url: 'http://127.0.0.1:1'}}";

    assertThat(judge(config, task()).decision()).isEqualTo(Decision.ALLOW);
    assertThat(judge(config, null).decision()).isNotEqualTo(Decision.ALLOW);
  }

  @Test
  void anEngineWithoutItsKeyIsRefused() {
    assertThatThrownBy(() -> judge("tasks: {policy: {engine: cedar}}", null))
        .hasMessageContaining("tasks.policy.file is missing");
    assertThatThrownBy(() -> judge("tasks: {policy: {engine: opa}}", null))
        .hasMessageContaining("tasks.policy.url is missing");
    assertThatThrownBy(() -> judge("tasks: {profiles: [{name: x, verbs: [fly]}]}", null))
        .hasMessageContaining("must be one of read");
    assertThatThrownBy(() -> judge("tasks: {profiles: [{name: x, agents: ['a*b']}]}", null))
        .hasMessageContaining("only at its end");
  }
}
