package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.report.ActionMaker;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.model.Action;
import dev.countermand.model.Decision;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.GatewaySettings.WithoutVerdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalRuleTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

  private LocalRule rule(LocalJudge judge) {
    GatewaySettings config =
        new GatewaySettings(
            null,
            0,
            null,
            null,
            Map.of(
                "strict", WithoutVerdict.DENY,
                "careful", WithoutVerdict.ASK,
                "open", WithoutVerdict.ALLOW),
            null,
            null,
            null,
            null);
    return new LocalRule(
        config, judge, agent -> Optional.empty(), fingerprint -> Optional.empty(), () -> NOW);
  }

  private static Action action(@Nullable String environment) {
    ActionRedactor redactor =
        new ActionRedactor() {
          @Override
          public Redaction redact(String text) {
            return new Redaction(text, List.of(), Redaction.Status.COMPLETE);
          }

          @Override
          public RedactedJson redact(JsonNode document) {
            return new RedactedJson(document, List.of(), Redaction.Status.COMPLETE);
          }
        };
    return new ActionMaker(redactor, () -> NOW)
        .make(
            new Reporter("s", "hook", environment, "agent", null, null, false),
            ClaudeCodeEvent.read(
                Documents.object(
                    "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{}}")));
  }

  @ParameterizedTest
  @CsvSource({"strict,DENY", "careful,ASK", "open,ALLOW", "production,DENY"})
  void theRuleIsThatOfTheEnvironment(String environment, Decision expected) {
    LocalRule rule =
        rule((action, task, registry) -> new LocalVerdict(Decision.DENY, "it destroys"));
    Answer answer = rule.withoutScorer(action(environment), "deadline");
    assertThat(answer.verdict().decision()).isEqualTo(expected);
    assertThat(answer.verdict().by()).isEqualTo("local");
    assertThat(answer.because()).isEqualTo("deadline");
  }

  @Test
  void whatLocalUnderstandingCannotJudgeIsDenied() {
    LocalRule rule =
        rule(
            (action, task, registry) -> {
              throw new IllegalStateException("broken");
            });
    Answer answer = rule.withoutScorer(action(null), "deadline");
    assertThat(answer.verdict().decision()).isEqualTo(Decision.DENY);
  }
}
