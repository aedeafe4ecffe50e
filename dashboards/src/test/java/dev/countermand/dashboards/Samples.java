package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentPlan;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentKind;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.PlanAnswer;
import dev.countermand.model.PlannedStep;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Resource;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Rung;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One full document of each kind, with every optional field set. */
public final class Samples {
  public static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456789Z");
  public static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  private Samples() {}

  public static Action action(String id) {
    ObjectNode input = Json.mapper().createObjectNode().put("command", "curl -X POST x");
    input.putObject("nested").putArray("list").add(1).addNull().add("two");
    return new Action(
        id,
        NOON,
        NOON.plusMillis(2),
        Phase.ATTEMPT,
        ActionKind.SHELL,
        "PreToolUse",
        Outcome.UNKNOWN,
        "agent-7",
        "build agent",
        "claude-code",
        "sub-1",
        "session-1",
        "task-1",
        "Bash",
        "call-1",
        input,
        Json.mapper().createObjectNode().put("stdout", "done"),
        52L,
        4L,
        "curl -X POST https://api.example/graphql",
        "/repo",
        "/repo/.env",
        "https://api.example/graphql",
        "development",
        "laptop",
        "hook",
        "complete",
        List.of(
            new CredentialMention(
                FINGERPRINT,
                "k1",
                "api-token",
                CredentialRole.USED,
                "/command",
                ".env",
                Extra.NONE)),
        null,
        List.of(
            new Effect(
                Verb.DESTROY,
                new Resource("volume", "vol-1", "production"),
                false,
                0.9,
                "volumeDelete")),
        new Score(
            Decision.DENY,
            Severity.CRITICAL,
            List.of(id + ":destructive-effect"),
            NOON.plusMillis(4),
            "peers:claude-code/bug-fix",
            "order-1",
            Extra.NONE),
        Extra.NONE);
  }

  public static Finding finding(String actionId) {
    return new Finding(
        actionId + ":destructive-effect",
        NOON,
        actionId,
        List.of("earlier"),
        "agent-7",
        "session-1",
        "task-1",
        "destructive-effect",
        "An irreversible effect",
        "The agent is about to destroy the volume vol-1 in production.",
        "tried to destroy volume vol-1 in production with root-token",
        82,
        List.of("volumeDelete destroys a volume", "the volume is in production"),
        Severity.CRITICAL,
        0.9,
        Recommendation.CONTAIN,
        List.of(FINGERPRINT),
        List.of("volume:vol-1@production"),
        List.of("T1485"),
        Extra.NONE);
  }

  public static ContainmentOutcome outcome(String orderId) {
    return new ContainmentOutcome(
        orderId + ":revoke:" + FINGERPRINT + ":verified",
        NOON.plusMillis(300),
        orderId,
        "agent-7",
        Step.REVOKE,
        StepState.VERIFIED,
        Rung.SUSPEND,
        FINGERPRINT,
        "demo",
        NOON.plusMillis(10),
        NOON.plusMillis(100),
        NOON.plusMillis(300),
        1,
        300_000_000L,
        "The provider says the token is inactive.",
        "introspection: active=false",
        Map.of("active", "true"),
        Extra.NONE);
  }

  /** The sample of a stream as it is on its topic; the id says which one it is. */
  public static byte[] document(DataStream stream, String id) {
    return switch (stream) {
      case ACTION -> Action.CODEC.encode(action(id));
      case FINDING -> Finding.CODEC.encode(finding(id));
      case OUTCOME -> ContainmentOutcome.CODEC.encode(outcome(id));
      case PLAN ->
          ContainmentPlan.CODEC.encode(
              new ContainmentPlan(
                  id,
                  NOON,
                  "order-1",
                  "agent-7",
                  Rung.SUSPEND,
                  PlanAnswer.DO,
                  "The order names it.",
                  List.of(
                      new PlannedStep(
                          FINGERPRINT,
                          "root-token",
                          "demo",
                          "production",
                          Rung.REVOKE,
                          PlanAnswer.DO,
                          "The order names it.",
                          null,
                          "one token",
                          "It cannot be given back: a new one is needed.",
                          List.of("agent-8"),
                          Extra.NONE)),
                  Extra.NONE));
      case AUDIT ->
          AuditEvent.CODEC.encode(
              new AuditEvent(
                  id,
                  NOON,
                  "task-open",
                  "alice",
                  "cli",
                  "agent-7",
                  "task-1",
                  null,
                  "x",
                  Extra.NONE));
      case RISK ->
          Risk.CODEC.encode(
              new Risk(
                  id,
                  NOON,
                  RiskSubject.AGENT,
                  "agent:agent-7",
                  "agent-7",
                  null,
                  89.1,
                  Recommendation.ASK,
                  21_600,
                  List.of(
                      new RiskContribution(
                          "destructive",
                          Severity.CRITICAL,
                          0.891,
                          NOON,
                          "a:destructive",
                          1,
                          Extra.NONE)),
                  Extra.NONE));
      case INCIDENT ->
          Incident.CODEC.encode(
              new Incident(
                  "incident-1",
                  id,
                  NOON,
                  IncidentStatus.OPEN,
                  "agent-7",
                  "agent-7: tried to destroy volume vol-1 in production with root-token",
                  82,
                  NOON,
                  "The agent is about to destroy the volume vol-1 in production.",
                  Severity.CRITICAL,
                  89.1,
                  NOON,
                  NOON,
                  null,
                  null,
                  new IncidentCounts(1, 1, 0, 0, Extra.NONE),
                  List.of(new IncidentKind("destructive", Severity.CRITICAL, 1, NOON, Extra.NONE)),
                  List.of("a:destructive"),
                  List.of(FINGERPRINT),
                  Extra.NONE));
    };
  }
}
