package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.countermand.model.Decision;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolReaderTest {
  private final Understanding understanding = Understanding.standard();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bash | {'command':'rm -rf /'} | DENY",
        "run_shell_command | {'command':'ls'} | ALLOW",
        "shell | {'command':['bash','-lc','rm -rf /home/user']} | DENY",
        "local_shell | {'command':['rm','-rf','/etc']} | DENY",
        "sql | {'statement':'DROP TABLE users'} | DENY",
        "http | {'method':'DELETE','url':'https://api.example.com/v1/volumes/1'} | DENY",
        "http | {'method':'POST','url':'https://a.example/graphql','headers':{},'body':{'query':'mutation { volumeDelete(id: 1) }'}} | DENY",
        "WebFetch | {'url':'https://example.com'} | ALLOW",
        "Read | {'file_path':'/app/.env'} | ASK",
        "Read | {'file_path':'/app/main.c'} | ALLOW",
        "Write | {'file_path':'/app/main.c','content':'rm -rf /'} | ALLOW",
        "Edit | {'file_path':'/app/.claude/settings.json'} | ASK",
        "MultiEdit | {'file_path':'/app/.github/workflows/ci.yml'} | ASK",
        "mcp__railway__volume_delete | {'volumeId':'v1'} | DENY",
        "mcp__github__delete_repository | {'repo':'acme/shop'} | DENY",
        "mcp__github__list_issues | {'repo':'delete'} | ALLOW",
        "mcp__postgres__query | {'sql':'DELETE FROM users'} | DENY",
        "mcp__postgres__query | {'sql':'SELECT 1'} | ALLOW",
        "mcp__fs__write_file | {'path':'a.txt'} | ALLOW",
        "mcp__supabase__execute_sql | {'query':'select 1'} | ALLOW",
        "mcp__aws__call_aws | {'cli_command':'aws s3 rb s3://x --force'} | DENY",
        "mcp__github__delete_file | {'repo':'acme/shop','path':'a.txt'} | DENY",
        "Write | {'file_path':'.mcp.json'} | ASK",
        "Write | {'file_path':'CLAUDE.md'} | ASK",
        "Edit | {'file_path':'.vscode/tasks.json'} | ASK",
        "apply_patch | {'input':'*** Begin Patch\\n*** Update File: .claude/settings.json\\n'} | ASK",
        "apply_patch | {'input':'*** Begin Patch\\n*** Delete File: a.py\\n'} | ASK",
        "apply_patch | {'input':'*** Begin Patch\\n*** Add File: a.py\\n+rm -rf /\\n'} | ALLOW",
        "write_stdin | {'session_id':1,'chars':'rm -rf /etc\\n'} | DENY",
        "KillShell | {'shell_id':'1'} | ALLOW",
        "Task | {'prompt':'delete everything'} | ALLOW",
        "Glob | {'pattern':'**'} | ALLOW"
      })
  void aToolCallIsReadByNameAndArguments(String tool, String input, Decision verdict)
      throws JsonProcessingException {
    var effects = understanding.tool(tool, Json.mapper().readTree(input.replace('\'', '"')));
    assertThat(Assessment.of(effects).verdict()).as("%s", effects).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frobnicate | {'destructiveHint':true} | DENY",
        "frobnicate | {'destructiveHint':true,'readOnlyHint':true} | ALLOW",
        "frobnicate | {'readOnlyHint':true} | ALLOW",
        "frobnicate | {'destructiveHint':false} | ASK",
        "frobnicate | {} | ASK",
        "get_volume | {'destructiveHint':true} | DENY",
        "delete_volume | {'readOnlyHint':true,'destructiveHint':false} | DENY",
        "frobnicate | {'destructiveHint':'yes'} | ASK"
      })
  void annotationsMakeGraverOrSpeakForANamelessToolAndNeverMakeHarmless(
      String name, String annotations, Decision verdict) throws JsonProcessingException {
    var effects =
        understanding.tool(
            "mcp__x__" + name,
            Json.mapper().createObjectNode(),
            Json.mapper().readTree(annotations.replace('\'', '"')),
            null);
    assertThat(Assessment.of(effects).verdict()).as("%s", effects).isEqualTo(verdict);
  }

  @Test
  void anUnknownToolHasNoEffectOrOneOfLowConfidence() throws JsonProcessingException {
    assertThat(understanding.tool("Frobnicate", Json.mapper().readTree("{\"a\":[1,null,{}]}")))
        .allMatch(effect -> effect.verb() == Verb.EXECUTE && effect.confidence() < 0.5);
  }
}
