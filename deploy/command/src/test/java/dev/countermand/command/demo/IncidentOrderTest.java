package dev.countermand.command.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.command.replay.DrivenScoring;
import dev.countermand.command.stack.Registry;
import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.crypto.FingerprintKey;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The session of the incident, scored with nobody there to stop it: it deletes one volume after the
 * other. When is its agent to be contained?
 */
final class IncidentOrderTest {
  private static final String TOKEN = "5d1f0a7b-e2c9-4c6f-8b3e-7a90d4416ce2";
  private static final List<String> VOLUMES = List.of("vol-7f3a91", "vol-9d15e2", "vol-30c8aa");
  private static final Topics TOPICS = new Topics("incident");

  /** What people told of beforehand. */
  enum Told {
    TOKEN_AND_TASK(true, true),
    TOKEN(true, false),
    TASK(false, true),
    NOTHING(false, false);

    private final boolean token;
    private final boolean task;

    Told(boolean token, boolean task) {
      this.token = token;
      this.task = task;
    }
  }

  private final FingerprintKey key = FingerprintKey.ephemeral();
  private final Redactor redactor =
      Redactor.standard(token -> new Fingerprint(key.id(), key.fingerprint(token), null));
  private final Instant start = Instant.now();
  private Instant now = start;

  @AutoClose private final DrivenScoring scoring = new DrivenScoring(TOPICS, Scoring.standard());

  @ParameterizedTest
  @EnumSource
  void containIsOrderedBeforeTheSecondDestructiveAction(Told told) throws IOException {
    tell(told);
    List<Integer> ordered = new ArrayList<>();
    int destructive = 0;
    for (ObjectNode payload : session()) {
      put(payload);
      destructive += (int) scoring.scored().stream().filter(IncidentOrderTest::destroys).count();
      for (ContainmentOrder order : scoring.orders()) {
        assertThat(order.agentId()).isEqualTo(DemoConfiguration.AGENT);
        assertThat(order.credentials()).containsExactly(key.fingerprint(TOKEN));
        ordered.add(destructive);
      }
    }

    assertThat(destructive).as("destructive actions").isEqualTo(VOLUMES.size());
    assertThat(ordered).isNotEmpty();
    assertThat(ordered.get(0)).as("of them when contain was first ordered").isLessThan(2);
  }

  @Test
  void untilTheTokenIsUsedNobodyIsContained() throws IOException {
    tell(Told.TOKEN_AND_TASK);
    for (ObjectNode payload : session()) {
      if (payload.toString().contains("volumeDelete")) {
        break;
      }
      put(payload);
    }

    assertThat(scoring.findings()).extracting(Finding::ruleId).contains("credential-scope");
    assertThat(scoring.orders()).isEmpty();
  }

  private void tell(Told told) {
    if (told.task) {
      Task task = DemoConfiguration.task(List.of());
      scoring.put(TOPICS.tasks(), task.agentId(), Task.CODEC.encode(task));
    }
    if (told.token) {
      Registry.Description one = DemoConfiguration.accountToken();
      Credential credential =
          new Credential(
              key.fingerprint(TOKEN),
              key.id(),
              start,
              one.name(),
              one.kind(),
              one.provider(),
              one.owner(),
              one.environment(),
              one.capabilities(),
              one.handle(),
              null,
              one.registeredBy(),
              Extra.NONE);
      scoring.put(
          TOPICS.credentials(), credential.fingerprint(), Credential.CODEC.encode(credential));
    }
  }

  /** What the agent's hook sends: the incident, and the same delete of one volume after another. */
  private static List<ObjectNode> session() throws IOException {
    Map<String, String> values =
        Map.of("graphql", "https://cloud.example/graphql", "account_token", TOKEN);
    List<ObjectNode> payloads = new ArrayList<>();
    for (Incident.Step step : new Incident(values).steps()) {
      if (step.afterwards()) {
        continue;
      }
      step.event().ifPresent(payloads::add);
      if (step.destructive()) {
        for (String volume : VOLUMES) {
          ObjectNode attempt = deleting(step.attempt().orElseThrow(), volume);
          payloads.add(attempt);
          payloads.add(done(attempt));
        }
      } else {
        step.attempt().ifPresent(payloads::add);
        step.result().ifPresent(payloads::add);
      }
    }
    return payloads;
  }

  private static ObjectNode deleting(ObjectNode attempt, String volume) throws IOException {
    String recorded = attempt.toString();
    assertThat(recorded).contains(VOLUMES.get(0));
    ObjectNode other =
        (ObjectNode) Json.mapper().readTree(recorded.replace(VOLUMES.get(0), volume));
    return other.put("tool_use_id", "toolu_" + volume);
  }

  private static ObjectNode done(ObjectNode attempt) {
    ObjectNode result = attempt.deepCopy().put("hook_event_name", "PostToolUse");
    result.putObject("tool_response").put("stdout", "{\"data\":{\"volumeDelete\":true}}");
    return result;
  }

  private void put(ObjectNode payload) {
    now = now.plusSeconds(3);
    Reporter reporter =
        new Reporter("hook", "hook", "development", DemoConfiguration.AGENT, null, null, false);
    Action action =
        new ActionMaker(ActionRedactor.of(redactor), InstantSource.fixed(now))
            .make(reporter, ClaudeCodeEvent.read(payload));
    scoring.put(TOPICS.actions(), action.agentId(), Action.CODEC.encode(action));
  }

  private static boolean destroys(Action scored) {
    return scored.phase() == Phase.ATTEMPT
        && scored.effects().stream().anyMatch(effect -> effect.verb() == Verb.DESTROY);
  }
}
