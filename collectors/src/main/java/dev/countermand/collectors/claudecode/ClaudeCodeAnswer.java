package dev.countermand.collectors.claudecode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Decision;
import dev.countermand.model.json.Json;
import java.util.Set;

/** What Claude Code's hooks are answered. */
public final class ClaudeCodeAnswer {
  /** The client cuts strings at 10,000 characters; a person reads less. */
  private static final int MAX_REASON = 2_000;

  /** Events at which a contained agent is told to end its run. */
  private static final Set<String> STOPPING =
      Set.of(
          ClaudeCodeEvent.POST_TOOL_USE,
          ClaudeCodeEvent.POST_TOOL_USE_FAILURE,
          ClaudeCodeEvent.POST_TOOL_BATCH,
          ClaudeCodeEvent.USER_PROMPT_SUBMIT);

  private ClaudeCodeAnswer() {}

  /** No opinion: the client goes on as if there were no hook. */
  public static ObjectNode none() {
    return Json.mapper().createObjectNode();
  }

  /**
   * The answer to {@code PreToolUse}. ALLOW is no opinion, because the client takes the word {@code
   * allow} as leave to skip its own question to the person.
   */
  public static ObjectNode preToolUse(Decision decision, String reason) {
    ObjectNode answer = none();
    if (decision != Decision.ALLOW) {
      answer
          .putObject("hookSpecificOutput")
          .put("hookEventName", ClaudeCodeEvent.PRE_TOOL_USE)
          .put("permissionDecision", decision.wireName())
          .put("permissionDecisionReason", cut(reason));
    }
    return answer;
  }

  /** The answer to {@code PermissionRequest}: a denial, or no opinion as the person is asked. */
  public static ObjectNode permissionRequest(Decision decision, String reason) {
    ObjectNode answer = none();
    if (decision == Decision.DENY) {
      ObjectNode output = answer.putObject("hookSpecificOutput");
      output.put("hookEventName", ClaudeCodeEvent.PERMISSION_REQUEST);
      output.putObject("decision").put("behavior", "deny").put("message", cut(reason));
    }
    return answer;
  }

  /**
   * The answer to {@code PreToolUse} or {@code PermissionRequest} where a person has allowed this
   * very call: the client does not ask another one.
   */
  public static ObjectNode approved(String event, String reason) {
    ObjectNode answer = none();
    ObjectNode output = answer.putObject("hookSpecificOutput").put("hookEventName", event);
    if (event.equals(ClaudeCodeEvent.PERMISSION_REQUEST)) {
      output.putObject("decision").put("behavior", "allow");
    } else {
      output.put("permissionDecision", "allow").put("permissionDecisionReason", cut(reason));
    }
    return answer;
  }

  /** The answer to any other event of a contained agent: the end of the run where that works. */
  public static ObjectNode contained(String event, String reason) {
    ObjectNode answer = none();
    if (STOPPING.contains(event)) {
      answer.put("continue", false).put("stopReason", cut(reason));
    }
    return answer;
  }

  private static String cut(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
  }
}
