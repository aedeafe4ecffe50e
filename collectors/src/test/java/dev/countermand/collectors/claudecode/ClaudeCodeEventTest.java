package dev.countermand.collectors.claudecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Report;
import dev.countermand.model.Decision;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.runtime.http.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClaudeCodeEventTest {
  private static ObjectNode payload(String event) {
    return Documents.object(
        """
        {"session_id":"s","transcript_path":"/t","cwd":"/w","hook_event_name":"%s",
         "tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"u","agent_id":"sub",
         "tool_response":{"stdout":"x"},"error":"e","prompt":"hello"}
        """
            .formatted(event));
  }

  static java.util.Set<String> all() {
    return ClaudeCodeEvent.ALL;
  }

  @Test
  void thereAre33Events() {
    assertThat(ClaudeCodeEvent.ALL).hasSize(33);
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyEventIsRead(String event) {
    Report report = ClaudeCodeEvent.read(payload(event));
    assertThat(report.name()).isEqualTo(event);
    assertThat(report.sessionId()).isEqualTo("s");
    assertThat(report.subagentId()).isEqualTo("sub");
  }

  @ParameterizedTest
  @CsvSource({
    "PreToolUse,ATTEMPT,UNKNOWN",
    "PermissionRequest,ATTEMPT,UNKNOWN",
    "PostToolUse,RESULT,SUCCESS",
    "PostToolUseFailure,RESULT,FAILURE",
    "PermissionDenied,NOTICE,UNKNOWN",
    "UserPromptSubmit,NOTICE,UNKNOWN",
    "PostToolBatch,NOTICE,UNKNOWN"
  })
  void thePhaseAndTheOutcomeFollowFromTheEvent(String event, Phase phase, Outcome outcome) {
    Report report = ClaudeCodeEvent.read(payload(event));
    assertThat(report.phase()).isEqualTo(phase);
    assertThat(report.outcome()).isEqualTo(outcome);
  }

  @Test
  void theOutputOfAFailureIsItsError() {
    Report report = ClaudeCodeEvent.read(payload("PostToolUseFailure"));
    assertThat(String.valueOf(report.output())).contains("\"error\":\"e\"");
  }

  @Test
  void aNoticeKeepsWhatTheEventSaysBeyondItsBase() {
    Report report = ClaudeCodeEvent.read(payload("UserPromptSubmit"));
    assertThat(report.input().path("prompt").asText()).isEqualTo("hello");
    assertThat(report.input().has("transcript_path")).isFalse();
  }

  @Test
  void aToolInputThatIsNoObjectIsWrapped() {
    ObjectNode payload = payload("PreToolUse").put("tool_input", "text");
    assertThat(ClaudeCodeEvent.read(payload).input().path("value").asText()).isEqualTo("text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | FIELD_MISSING",
        "{\"hook_event_name\":7} | FIELD_WRONG_TYPE",
        "{\"hook_event_name\":\"PreToolUses\"} | UNKNOWN_EVENT",
        "{\"hook_event_name\":\"PreToolUse\"} | FIELD_MISSING",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\"} | FIELD_MISSING",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":[],\"tool_input\":{}} | FIELD_WRONG_TYPE",
        "{\"hook_event_name\":\"Stop\",\"session_id\":1} | FIELD_WRONG_TYPE",
        "{\"hook_event_name\":\"Stop\",\"cwd\":{}} | FIELD_WRONG_TYPE"
      })
  void whatIsWrongHasACode(String payload, String code) {
    assertThatThrownBy(() -> ClaudeCodeEvent.read(Documents.object(payload)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(400);
              assertThat(refusal.code()).isEqualTo(code);
            });
  }

  @Test
  void theAnswersAreInTheClientsOwnDialect() {
    assertThat(ClaudeCodeAnswer.preToolUse(Decision.ALLOW, "r")).hasToString("{}");
    assertThat(ClaudeCodeAnswer.preToolUse(Decision.ASK, "r"))
        .hasToString(
            "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\","
                + "\"permissionDecision\":\"ask\",\"permissionDecisionReason\":\"r\"}}");
    assertThat(ClaudeCodeAnswer.permissionRequest(Decision.DENY, "r"))
        .hasToString(
            "{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\","
                + "\"decision\":{\"behavior\":\"deny\",\"message\":\"r\"}}}");
    assertThat(ClaudeCodeAnswer.permissionRequest(Decision.ASK, "r")).hasToString("{}");
    assertThat(ClaudeCodeAnswer.contained("PostToolUse", "r"))
        .hasToString("{\"continue\":false,\"stopReason\":\"r\"}");
    assertThat(ClaudeCodeAnswer.contained("Stop", "r")).hasToString("{}");
  }
}
