package dev.countermand.command.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.report.Report;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Recorded sessions of benign agents, where they lie beside this repository. */
final class Recorded {
  private Recorded() {}

  /** What a file of known findings says, each with why it is there behind a bar. */
  static List<String> golden(String file) throws IOException {
    try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf(" | ")))
          .toList();
    }
  }

  static Report report(JsonNode row, Phase phase, Instant time) {
    ObjectNode input = Json.mapper().createObjectNode();
    JsonNode given = row.path("input");
    if (given.isObject()) {
      input.setAll((ObjectNode) given);
    } else {
      input.put("command", given.asText());
    }
    return new Report(
        phase,
        "replay",
        phase == Phase.ATTEMPT
            ? Outcome.UNKNOWN
            : row.path("exit_code").asInt() == 0 ? Outcome.SUCCESS : Outcome.FAILURE,
        null,
        row.path("session").asText(),
        row.path("tool").asText(),
        row.path("seq").asText(),
        input,
        phase == Phase.RESULT ? row.path("output") : null,
        null,
        time,
        null,
        null);
  }

  static List<JsonNode> rows(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(Json.mapper().readTree(line));
      }
    }
    return rows;
  }

  static @Nullable Path corpus() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolveSibling("shared").resolve("corpora").resolve("agent-traces.jsonl.gz");
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
