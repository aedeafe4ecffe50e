package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.Secret;
import dev.countermand.command.stack.Redactors;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces the secrets in each text on standard input by their keyed fingerprints. */
@Command(
    name = "redact",
    description =
        "Reads JSON lines {\"text\":\"...\"} on standard input and writes for each, in order, the"
            + " text with every secret replaced by its keyed fingerprint, and the secrets found:"
            + " kind, fingerprint, and where they stood in the text that was read.",
    footer = {
      "",
      "A line that cannot be read is answered with an \"error\"; the exit code is then 1.",
      "",
      "With --score, rows are {\"text\", \"label\": \"secret|not-secret\", \"expected_secret\": [...],",
      "\"source\"}; of each source is printed in which share a secret was found and every expected one",
      "is gone, in which share anything was replaced, and the time of each."
    })
final class RedactCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--score",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Score labelled rows of these files (JSON lines, also gzipped) instead.")
  private List<Path> scored = List.of();

  @Option(names = "--json", description = "With --score: write the table as JSON.")
  private boolean json;

  @Option(
      names = "--misses",
      description = "With --score: name each row answered otherwise; never its text.")
  private boolean misses;

  @Override
  public Integer call() throws IOException {
    return scored.isEmpty() ? answers() : score();
  }

  private int score() throws IOException {
    PrintStream to = misses ? System.err : new PrintStream(OutputStream.nullOutputStream(), false);
    RedactionScore score = new RedactionScore(Redactors.offline(config.load()), to);
    for (Path file : scored) {
      score.read(file);
    }
    System.out.println(json ? score.toJson() : score.toText());
    return 0;
  }

  private int answers() throws IOException {
    Redactor redactor = Redactors.offline(config.load());
    long failed =
        JsonLines.each(
            System.in,
            System.out,
            line -> redact(line, redactor),
            error -> {
              ObjectNode out = Json.mapper().createObjectNode().put("text", "");
              out.putArray("secrets");
              return out;
            });
    return failed == 0 ? 0 : 1;
  }

  private static ObjectNode redact(JsonNode line, Redactor redactor) {
    JsonNode text = line.path("text");
    if (!text.isTextual()) {
      throw new JsonLines.LineException("NO_TEXT", "the line has no string named text");
    }
    Redaction redaction = redactor.redact(text.textValue());
    ObjectNode out = Json.mapper().createObjectNode().put("text", redaction.text());
    ArrayNode secrets = out.putArray("secrets");
    for (Secret secret : redaction.secrets()) {
      secrets
          .addObject()
          .put("kind", secret.kind())
          .put("fingerprint", secret.fingerprint())
          .put("start", secret.start())
          .put("end", secret.end());
    }
    return out;
  }
}
