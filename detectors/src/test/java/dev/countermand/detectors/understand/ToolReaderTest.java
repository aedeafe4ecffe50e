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
        "Glob | {'pattern':'**'} | ALLOW"
      })
  void aToolCallIsReadByNameAndArguments(String tool, String input, Decision verdict)
      throws JsonProcessingException {
    var effects = understanding.tool(tool, Json.mapper().readTree(input.replace('\'', '"')));
    assertThat(Assessment.of(effects).verdict()).as("%s", effects).isEqualTo(verdict);
  }

  @Test
  void anUnknownToolHasNoEffectOrOneOfLowConfidence() throws JsonProcessingException {
    assertThat(understanding.tool("Frobnicate", Json.mapper().readTree("{\"a\":[1,null,{}]}")))
        .allMatch(effect -> effect.verb() == Verb.EXECUTE && effect.confidence() < 0.5);
  }
}
