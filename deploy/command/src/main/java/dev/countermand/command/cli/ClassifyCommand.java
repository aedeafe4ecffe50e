package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.command.stack.Redactors;
import dev.countermand.detectors.understand.Assessment;
import dev.countermand.detectors.understand.EnvironmentNames;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says of each command or call on standard input what it does to the world. */
@Command(
    name = "classify",
    description =
        "Reads JSON lines on standard input, {\"command\":\"...\"} or"
            + " {\"tool\":\"...\",\"input\":{...}}, and writes for each, in order, what it does"
            + " to the world. Nothing is executed.",
    footer = {
      "",
      "Tools: as agents name them (Bash, Write, WebFetch, mcp__server__tool, ...), and",
      "sql with {\"statement\"}, http with {\"method\",\"url\",\"headers\",\"body\"}.",
      "A line may also have \"cwd\", the directory the agent works in, and \"annotations\",",
      "what an MCP server says of its tool.",
      "A line that cannot be read is answered with an \"error\"; the exit code is then 1.",
      "",
      "With --score, rows are labelled: {\"command\", \"label\": \"destructive|benign|risky\",",
      "\"source\"}; of each source is printed which share was called destructive, not plainly",
      "allowed and denied, how many rows could not be read to the end, and the time of each."
    })
final class ClassifyCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--score",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Score labelled rows of these files (JSON lines, also gzipped) instead.")
  private List<Path> scored = List.of();

  @Option(names = "--misses", description = "With --score: show each row answered otherwise.")
  private boolean misses;

  @Option(names = "--json", description = "With --score: write the table as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    return scored.isEmpty() ? answers() : score();
  }

  private int score() throws IOException {
    PrintStream to = misses ? System.err : new PrintStream(OutputStream.nullOutputStream(), false);
    CommandScore score = new CommandScore(to);
    for (Path file : scored) {
      score.read(file);
    }
    System.out.println(json ? score.toJson() : score.toText());
    return 0;
  }

  private int answers() throws IOException {
    Configuration settings = config.load();
    Understanding understanding =
        Understanding.standard().with(EnvironmentNames.of(settings.scoring().environments()));
    Redactor redactor = Redactors.offline(settings);
    long failed =
        JsonLines.each(
            System.in,
            System.out,
            line -> classify(line, understanding, redactor),
            error ->
                answer(new Assessment(false, Decision.ASK, Severity.NONE, List.of()), List.of()));
    return failed == 0 ? 0 : 1;
  }

  private static ObjectNode classify(
      JsonNode line, Understanding understanding, Redactor redactor) {
    JsonNode tool = line.get("tool");
    JsonNode command = line.get("command");
    if (tool == null && command == null) {
      throw new JsonLines.LineException("NO_COMMAND", "the line has neither command nor tool");
    }
    if (command != null && tool == null) {
      if (!command.isTextual()) {
        throw new JsonLines.LineException("WRONG_TYPE", "command is not a string");
      }
      ObjectNode input = Json.mapper().createObjectNode();
      input.set("command", command);
      return classify("Bash", input, line, understanding, redactor);
    }
    JsonNode input = line.path("input");
    if (tool == null || !tool.isTextual() || !(input.isObject() || input.isMissingNode())) {
      throw new JsonLines.LineException(
          "WRONG_TYPE", "tool must be a string and input a JSON object");
    }
    return classify(tool.textValue(), input, line, understanding, redactor);
  }

  private static ObjectNode classify(
      String tool, JsonNode input, JsonNode line, Understanding understanding, Redactor redactor) {
    RedactedJson redacted = redactor.redact(input);
    String workspace = line.path("cwd").isTextual() ? line.path("cwd").asText() : null;
    return answer(
        Assessment.of(
            understanding.tool(tool, redacted.document(), line.path("annotations"), workspace)),
        redacted.secrets());
  }

  private static ObjectNode answer(Assessment assessment, List<Secret> secrets) {
    ObjectNode out =
        Json.mapper()
            .createObjectNode()
            .put("destructive", assessment.destructive())
            .put("verdict", assessment.verdict().wireName())
            .put("severity", assessment.severity().wireName());
    ArrayNode effects = out.putArray("effects");
    for (Effect effect : assessment.effects()) {
      effects.add(Effect.CODEC.toTree(effect));
    }
    ArrayNode credentials = out.putArray("credentials");
    for (Secret secret : secrets) {
      credentials
          .addObject()
          .put("kind", secret.kind())
          .put("fingerprint", secret.fingerprint())
          .put("key_id", secret.keyId())
          .put("field", secret.path());
    }
    return out;
  }
}
