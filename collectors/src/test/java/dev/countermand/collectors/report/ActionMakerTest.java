package dev.countermand.collectors.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.TestFingerprints;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Narrowing;
import dev.countermand.model.json.Extra;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionMakerTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");
  private static final String TOKEN = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a";
  private static final Reporter REPORTER =
      new Reporter("src", "hook", "staging", "agent-1", null, null, false);

  private final ActionMaker maker =
      new ActionMaker(ActionRedactor.of(Redactor.standard(new TestFingerprints())), () -> NOW);

  private Action make(String payload) {
    return maker.make(REPORTER, ClaudeCodeEvent.read(Documents.object(payload)));
  }

  private Action attempt(String tool, String input) {
    return make(
        "{\"session_id\":\"s\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"%s\",\"tool_input\":%s}"
            .formatted(tool, input));
  }

  private static String json(Action action) {
    return new String(Action.CODEC.encode(action), StandardCharsets.UTF_8);
  }

  @Test
  void aTokenInTheFileOfARepositoryDoesNotLeaveTheGateway() {
    Narrowing narrowing =
        new Narrowing(
            ".countermand/task.yaml",
            List.of("local"),
            List.of("file:" + TOKEN),
            List.of("read"),
            List.of(TOKEN, "npm-registry"),
            Extra.NONE);
    Report report =
        ClaudeCodeEvent.read(
            Documents.object("{\"session_id\":\"s\",\"hook_event_name\":\"SessionStart\"}"));

    Action action = maker.make(REPORTER, report, narrowing).action();

    assertThat(json(action)).doesNotContain(TOKEN).contains("npm-registry", "[[secret:");
  }

  @ParameterizedTest
  @CsvSource({
    "Bash,SHELL",
    "Read,FILE",
    "Write,FILE",
    "WebFetch,HTTP",
    "sql,SQL",
    "mcp__github__get,MCP",
    "Task,TOOL"
  })
  void theKindFollowsFromTheTool(String tool, ActionKind kind) {
    assertThat(attempt(tool, "{}").kind()).isEqualTo(kind);
  }

  @Test
  void aSecretInACommandIsUsedAndNowhereInTheClear() {
    Action action =
        attempt("Bash", "{\"command\":\"curl -H 'Authorization: Bearer " + TOKEN + "' x\"}");
    assertThat(json(action)).doesNotContain(TOKEN);
    assertThat(action.command()).contains("[[secret:");
    assertThat(action.credentials()).hasSize(1);
    CredentialMention mention = action.credentials().get(0);
    assertThat(mention.role()).isEqualTo(CredentialRole.USED);
    assertThat(mention.field()).isEqualTo("/input/command");
    assertThat(mention.file()).isNull();
  }

  @Test
  void aSecretThatIsWrittenToAFileIsSighted() {
    Action action = attempt("Write", "{\"file_path\":\"/w/.env\",\"content\":\"T=" + TOKEN + "\"}");
    assertThat(action.credentials())
        .singleElement()
        .satisfies(
            mention -> {
              assertThat(mention.role()).isEqualTo(CredentialRole.SIGHTED);
              assertThat(mention.file()).isEqualTo("/w/.env");
            });
    assertThat(action.file()).isEqualTo("/w/.env");
  }

  @Test
  void aSecretInAnOutputIsSightedInTheFileThatWasReadAndInputsDoNotCountAgain() {
    Action action =
        make(
            """
            {"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Bash",
             "tool_input":{"command":"cat config/old.env"},
             "tool_response":{"stdout":"TOKEN=%s"}}
            """
                .formatted(TOKEN));
    assertThat(action.credentials())
        .singleElement()
        .satisfies(
            mention -> {
              assertThat(mention.role()).isEqualTo(CredentialRole.SIGHTED);
              assertThat(mention.field()).isEqualTo("/output/stdout");
              assertThat(mention.file()).isEqualTo("config/old.env");
            });
    Action repeated =
        make(
            """
            {"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Bash",
             "tool_input":{"command":"echo %s"},"tool_response":{"stdout":"done"}}
            """
                .formatted(TOKEN));
    assertThat(repeated.credentials()).isEmpty();
    assertThat(json(repeated)).doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cat .env | .env",
        "grep -r token src/a.txt | src/a.txt",
        "cat a b | ",
        "cat $HOME/.env | ",
        "ls | "
      })
  void onlyAnObviousFileIsNamed(String command, String file) {
    assertThat(Tools.fileRead(command)).isEqualTo(file);
  }

  @Test
  void aRedactorThatFailsLeavesMetadataOnly() {
    ActionRedactor broken =
        new ActionRedactor() {
          @Override
          public Redaction redact(String text) {
            return new Redaction(text, java.util.List.of(), Redaction.Status.COMPLETE);
          }

          @Override
          public RedactedJson redact(JsonNode document) {
            throw new IllegalStateException("met " + document);
          }
        };
    Action action =
        new ActionMaker(broken, () -> NOW)
            .make(
                REPORTER,
                ClaudeCodeEvent.read(
                    Documents.object(
                        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\","
                            + "\"tool_input\":{\"command\":\"echo "
                            + TOKEN
                            + "\"}}")));
    assertThat(action.redaction()).isEqualTo("failed");
    assertThat(json(action)).doesNotContain(TOKEN).doesNotContain("echo");
    assertThat(action.tool()).isEqualTo("Bash");
  }

  @Test
  void howMuchWasSaidIsKnownOfWhatIsLeftOutToo() {
    Action action =
        make(
            """
            {"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Bash",
             "tool_input":{"command":"echo %s"},"tool_response":{"stdout":"done","stderr":"ü"}}
            """
                .formatted(TOKEN));

    assertThat(action.inputBytes()).isEqualTo("echo ".length() + TOKEN.length());
    assertThat(action.outputBytes()).isEqualTo(4 + 2);
  }

  @Test
  void anActionWithoutItsBodyKeepsWhoWhatAndWhichCredentials() {
    Action action = attempt("Bash", "{\"command\":\"curl -u a:" + TOKEN + " x\"}");
    Action bare = ActionMaker.withoutBody(action);
    assertThat(bare.input()).isNull();
    assertThat(bare.command()).isNull();
    assertThat(bare.redaction()).isEqualTo("failed");
    assertThat(bare.id()).isEqualTo(action.id());
    assertThat(bare.tool()).isEqualTo("Bash");
    assertThat(bare.credentials()).isEqualTo(action.credentials()).isNotEmpty();
    assertThat(bare.inputBytes()).isEqualTo(action.inputBytes()).isPositive();
  }

  @Test
  void halfACharacterDoesNotBreakTheRecord() {
    Action action = attempt("Bash", "{\"command\":\"echo \\ud83d\"}");
    assertThat(Action.CODEC.decode(Action.CODEC.encode(action)).command()).isEqualTo("echo \uFFFD");
  }
}
