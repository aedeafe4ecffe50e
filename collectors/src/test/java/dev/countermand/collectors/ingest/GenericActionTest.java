package dev.countermand.collectors.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.collectors.report.Documents;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.runtime.http.Refusal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenericActionTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

  private static GenericAction read(String json) {
    return GenericAction.read(Documents.object(json), NOW);
  }

  @Test
  void everyFieldIsRead() {
    GenericAction action =
        read(
            """
            {"agent":{"id":"a","name":"A"},"session":"s","phase":"result","tool":"Bash",
             "call_id":"c","input":{"command":"ls"},"output":"text","outcome":"failure",
             "time":"2026-11-20T08:59:00Z","working_directory":"/w","id":"own-1"}
            """);
    assertThat(action.agentId()).isEqualTo("a");
    assertThat(action.agentName()).isEqualTo("A");
    assertThat(action.report().phase()).isEqualTo(Phase.RESULT);
    assertThat(action.report().outcome()).isEqualTo(Outcome.FAILURE);
    assertThat(action.report().callId()).isEqualTo("c");
    assertThat(String.valueOf(action.report().output())).isEqualTo("\"text\"");
    assertThat(action.report().time()).isEqualTo(Instant.parse("2026-11-20T08:59:00Z"));
    assertThat(action.report().workingDirectory()).isEqualTo("/w");
    assertThat(action.report().clientId()).isEqualTo("own-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"phase\":\"attempt\",\"tool\":\"Bash\",\"input\":{}} | FIELD_MISSING",
        "{\"session\":\"s\",\"tool\":\"Bash\",\"input\":{}} | FIELD_MISSING",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"input\":{}} | FIELD_MISSING",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"Bash\"} | FIELD_MISSING",
        "{\"session\":\"s\",\"phase\":\"now\",\"tool\":\"Bash\",\"input\":{}} | FIELD_WRONG_TYPE",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"Bash\",\"input\":[]} | FIELD_WRONG_TYPE",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":1,\"input\":{}} | FIELD_WRONG_TYPE",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"B\",\"input\":{},\"agent\":\"a\"} | FIELD_WRONG_TYPE",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"B\",\"input\":{},\"time\":\"soon\"} | FIELD_WRONG_TYPE",
        "{\"session\":\"s\",\"phase\":\"attempt\",\"tool\":\"B\",\"input\":{},\"time\":\"2026-11-20T10:00:00Z\"} | TIME_OUT_OF_RANGE"
      })
  void whatIsWrongHasACode(String json, String code) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void fieldsThatAreNotKnownAreKept() {
    assertThat(
            read("{\"session\":\"s\",\"phase\":\"notice\",\"input\":{},\"ticket\":7}")
                .report()
                .rest())
        .hasToString("{\"ticket\":7}");
  }

  @Test
  void aNoticeNeedsNoTool() {
    assertThat(read("{\"session\":\"s\",\"phase\":\"notice\",\"input\":{}}").report().tool())
        .isNull();
  }
}
