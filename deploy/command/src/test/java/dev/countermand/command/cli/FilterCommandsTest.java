package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read lines and write lines. */
final class FilterCommandsTest {
  @TempDir Path directory;

  private record Run(int code, List<JsonNode> lines) {}

  private static Run run(String command, byte[] input) throws Exception {
    Invocation invocation = Invocation.of(input, command);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : invocation.out().split("\n")) {
      lines.add(Json.mapper().readTree(line));
    }
    return new Run(invocation.code(), lines);
  }

  private static Run run(String command, String input) throws Exception {
    return run(command, input.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void classifySaysThatDeletingAVolumeIsDestructiveAndWhichCredentialIsUsed() throws Exception {
    String token = "6f1b2c3d-4e5f" + "-4a6b-8c7d-9e0f1a2b3c4d";
    Run run =
        run(
            "classify",
            "{\"command\":\"curl -X POST https://api.shop.example/graphql -H 'Authorization: Bearer "
                + token
                + "' -d '{\\\"query\\\":\\\"mutation { volumeDelete(volumeId: 1) }\\\"}'\"}\n");
    assertThat(run.code()).isZero();
    JsonNode line = run.lines().get(0);
    assertThat(line.get("destructive").booleanValue()).isTrue();
    assertThat(line.get("verdict").textValue()).isEqualTo("deny");
    assertThat(line.at("/effects/0/resource/type").textValue()).isEqualTo("volume");
    assertThat(line.at("/credentials/0/fingerprint").textValue()).hasSize(32);
    assertThat(line.toString()).doesNotContain(token);
  }

  @Test
  void classifyUnderstandsToolsSqlAndHttp() throws Exception {
    Run run =
        run(
            "classify",
            """
            {"tool":"sql","input":{"statement":"DROP TABLE orders"}}
            {"tool":"http","input":{"method":"DELETE","url":"https://api.prod.example/v1/databases/7","headers":{},"body":null}}
            {"tool":"Read","input":{"file_path":"/srv/shop/README.md"}}
            {"command":"git status"}
            """);
    assertThat(run.lines()).hasSize(4);
    assertThat(run.lines())
        .extracting(line -> line.get("destructive").booleanValue())
        .containsExactly(true, true, false, false);
  }

  @Test
  void classifyScoresLabelledRowsSourceBySource() throws Exception {
    Path rows = directory.resolve("rows.jsonl.gz");
    String text =
        """
        {"command":"dropdb shop","label":"destructive","source":{"repo":"a"}}
        {"command":"cat README.md","label":"destructive","source":{"repo":"a"}}
        {"command":"ls","label":"benign","source":{"repo":"a"}}
        {"command":"SELECT 1","kind":"sql","label":"benign","source":"b"}
        {"command":"echo 'open","label":"risky","source":"b"}
        {"api":"ec2:DescribeVolumes","access_level":"List","source":"b"}
        """;
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(rows))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Invocation invocation =
        Invocation.of(new byte[0], "classify", "--json", "--score", rows.toString());
    assertThat(invocation.code()).isZero();
    JsonNode sources = Json.mapper().readTree(invocation.out()).get("sources");
    assertThat(sources).hasSize(4);
    assertThat(sources.get(0).get("destructive").asDouble()).isEqualTo(0.5);
    assertThat(sources.get(1).get("destructive").asDouble()).isZero();
    assertThat(sources.get(2).get("rows").asInt()).isEqualTo(2);
    assertThat(sources.get(3).get("unparsed").asInt()).isEqualTo(1);
  }

  @Test
  void aFileThatCannotBeScoredIsNamed() throws Exception {
    Invocation invocation =
        Invocation.of(new byte[0], "classify", "--score", directory.resolve("no").toString());
    assertThat(invocation.code()).isNotZero();
    assertThat(invocation.err()).contains("FILE_UNREADABLE").contains("/no");
  }

  @Test
  void everyLineIsAnsweredInOrderAlsoTheOnesThatCannotBeRead() throws Exception {
    byte[] notUtf8 = {'{', '"', (byte) 0xff, '"', '}', '\n'};
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.writeBytes(
        "{\"command\":\"ls\"}\nnot json\n[1]\n\n{}\n".getBytes(StandardCharsets.UTF_8));
    input.writeBytes(notUtf8);
    input.writeBytes(
        "{\"command\":7}\n{\"command\":\"rm -rf /\"}".getBytes(StandardCharsets.UTF_8));
    Run run = run("classify", input.toByteArray());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines())
        .extracting(line -> line.at("/error/code").asText("-"))
        .containsExactly(
            "-",
            "NOT_JSON",
            "NOT_AN_OBJECT",
            "NOT_AN_OBJECT",
            "NO_COMMAND",
            "NOT_UTF8",
            "WRONG_TYPE",
            "-");
    assertThat(run.lines().get(7).get("destructive").booleanValue()).isTrue();
    assertThat(run.lines()).allMatch(line -> line.has("destructive") && line.has("effects"));
  }

  @Test
  void redactReplacesSecretsAndSaysWhereTheyStood() throws Exception {
    String token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    String text = "git clone https://x:" + token + "@github.com/a/b";
    Run run = run("redact", Json.mapper().createObjectNode().put("text", text) + "\n");
    JsonNode line = run.lines().get(0);
    assertThat(line.get("text").textValue()).doesNotContain(token).contains("[[secret:");
    JsonNode secret = line.at("/secrets/0");
    assertThat(text.substring(secret.get("start").intValue(), secret.get("end").intValue()))
        .contains(token);
    assertThat(run.code()).isZero();
  }

  @Test
  void anUnknownOptionStopsWithASuggestion() {
    Invocation demo = Invocation.of("", "demo", "--jsn");
    assertThat(demo.code()).isEqualTo(2);
    assertThat(demo.err()).contains("--json");
  }
}
