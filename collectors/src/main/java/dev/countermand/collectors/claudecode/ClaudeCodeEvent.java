package dev.countermand.collectors.claudecode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Report;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the payloads of Claude Code's hooks. Format: the hooks reference of Claude Code 2.1. */
public final class ClaudeCodeEvent {
  /** The agent is about to call a tool. */
  public static final String PRE_TOOL_USE = "PreToolUse";

  /** A person is about to be asked whether a tool may be called. */
  public static final String PERMISSION_REQUEST = "PermissionRequest";

  /** A tool has been called. */
  public static final String POST_TOOL_USE = "PostToolUse";

  /** A tool has been called and failed. */
  public static final String POST_TOOL_USE_FAILURE = "PostToolUseFailure";

  /** Several tools have been called. */
  public static final String POST_TOOL_BATCH = "PostToolBatch";

  /** A person, or a program, has written to the agent. */
  public static final String USER_PROMPT_SUBMIT = "UserPromptSubmit";

  /** Every event of version 2.1. */
  public static final Set<String> ALL =
      Set.of(
          PRE_TOOL_USE,
          POST_TOOL_USE,
          POST_TOOL_USE_FAILURE,
          POST_TOOL_BATCH,
          "Notification",
          USER_PROMPT_SUBMIT,
          "UserPromptExpansion",
          "SessionStart",
          "SessionEnd",
          "Stop",
          "StopFailure",
          "SubagentStart",
          "SubagentStop",
          "PreCompact",
          "PostCompact",
          "PreModelSwitch",
          "PostModelSwitch",
          PERMISSION_REQUEST,
          "PermissionDenied",
          "Setup",
          "TeammateIdle",
          "TaskCreated",
          "TaskCompleted",
          "Elicitation",
          "ElicitationResult",
          "ConfigChange",
          "WorktreeCreate",
          "WorktreeRemove",
          "InstructionsLoaded",
          "CwdChanged",
          "FileChanged",
          "DirectoryAdded",
          "MessageDisplay");

  /** Fields of every event that have a place of their own in an action, or tell nothing. */
  private static final Set<String> BASE =
      Set.of(
          "session_id",
          "transcript_path",
          "cwd",
          "hook_event_name",
          "agent_id",
          "tool_name",
          "tool_input",
          "tool_use_id");

  private static final String UNKNOWN_SESSION = "unknown";
  private static final int MAX_NAME = 256;
  private static final int MAX_PATH = 4_096;

  private ClaudeCodeEvent() {}

  /**
   * What a payload reports.
   *
   * <p>A payload without a session is taken, because a refused hook lets the agent go on.
   *
   * @throws Refusal UNKNOWN_EVENT, or the field that is missing or of the wrong type
   */
  public static Report read(ObjectNode payload) {
    String event = Documents.text(payload, "hook_event_name", MAX_NAME);
    if (!ALL.contains(event)) {
      throw new Refusal(
          400,
          "UNKNOWN_EVENT",
          "The field hook_event_name names no event of Claude Code 2.1 that is known here.");
    }
    return switch (event) {
      case PRE_TOOL_USE, PERMISSION_REQUEST ->
          tool(payload, event, Phase.ATTEMPT, Outcome.UNKNOWN, null);
      case POST_TOOL_USE ->
          tool(payload, event, Phase.RESULT, Outcome.SUCCESS, payload.get("tool_response"));
      case POST_TOOL_USE_FAILURE ->
          tool(payload, event, Phase.RESULT, Outcome.FAILURE, rest(payload));
      case "PermissionDenied" -> tool(payload, event, Phase.NOTICE, Outcome.UNKNOWN, rest(payload));
      default -> notice(payload, event);
    };
  }

  private static Report tool(
      ObjectNode payload, String event, Phase phase, Outcome outcome, @Nullable JsonNode output) {
    String tool = Documents.text(payload, "tool_name", MAX_NAME);
    JsonNode input = payload.get("tool_input");
    if (input == null) {
      throw Documents.missing("tool_input");
    }
    return report(payload, event, phase, outcome, tool, Documents.wrapped(input), output);
  }

  private static Report notice(ObjectNode payload, String event) {
    return report(
        payload,
        event,
        Phase.NOTICE,
        Outcome.UNKNOWN,
        Documents.findText(payload, "tool_name", MAX_NAME),
        rest(payload),
        null);
  }

  private static Report report(
      ObjectNode payload,
      String event,
      Phase phase,
      Outcome outcome,
      @Nullable String tool,
      ObjectNode input,
      @Nullable JsonNode output) {
    String session = Documents.findText(payload, "session_id", MAX_NAME);
    return new Report(
        phase,
        event,
        outcome,
        Documents.findText(payload, "agent_id", MAX_NAME),
        session == null || session.isEmpty() ? UNKNOWN_SESSION : session,
        tool,
        Documents.findText(payload, "tool_use_id", MAX_NAME),
        input,
        output,
        Documents.findText(payload, "cwd", MAX_PATH),
        null,
        null,
        null);
  }

  /** What the event says beyond the fields that every event has. */
  private static ObjectNode rest(ObjectNode payload) {
    ObjectNode rest = Json.mapper().createObjectNode();
    for (Map.Entry<String, JsonNode> entry : payload.properties()) {
      if (!BASE.contains(entry.getKey())) {
        rest.set(entry.getKey(), entry.getValue());
      }
    }
    return rest;
  }
}
