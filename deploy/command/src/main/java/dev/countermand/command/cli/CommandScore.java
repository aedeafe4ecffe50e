package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.understand.Assessment;
import dev.countermand.detectors.understand.Scorecard;
import dev.countermand.detectors.understand.Scorecard.Label;
import dev.countermand.detectors.understand.Scorecard.Reading;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Scores the understanding on files of labelled rows. A row is a JSON object with {@code label} and
 * {@code source} (a string, or an object with {@code repo}), and what is to be understood: {@code
 * command} (with {@code kind} {@code sql} a statement), {@code tool} with {@code input}, or {@code
 * api} with {@code access_level}.
 */
final class CommandScore {
  /** One run to load classes and fill caches; it is not timed. */
  private static final int WARM_UP = 300;

  private final Understanding understanding = Understanding.standard();
  private final Scorecard card = new Scorecard();
  private final PrintStream misses;
  private long rows;

  /**
   * A score.
   *
   * @param misses where rows are shown that were answered otherwise than their label asks
   */
  CommandScore(PrintStream misses) {
    this.misses = misses;
  }

  /** Reads a file of JSON lines, gzipped or not. */
  void read(Path file) throws IOException {
    LabelledRows.each(file, this::row);
  }

  private void row(JsonNode row) {
    if (rows++ == 0) {
      for (int i = 0; i < WARM_UP; i++) {
        assess(row);
      }
    }
    String name = LabelledRows.source(row);
    Label label = label(row);
    long begun = System.nanoTime();
    Assessment assessment = assess(row);
    long nanos = System.nanoTime() - begun;
    String command = text(row);
    boolean whole = !isShell(row) || understanding.isComplete(command);
    card.add(label, name, assessment, whole ? Reading.WHOLE : Reading.UNPARSED, nanos);
    if (!Scorecard.agrees(label, assessment)) {
      misses.println(
          label + " " + assessment.verdict() + " " + name + ": " + command.replace("\n", "\\n"));
    }
  }

  /** An access level of a cloud's API says as much as a label. */
  private static Label label(JsonNode row) {
    return switch (row.path("access_level").asText("")) {
      case "" -> Label.of(row.path("label").asText(""));
      case "List", "Read" -> Label.BENIGN;
      case "Permissions management" -> Label.RISKY;
      default -> Label.UNLABELLED;
    };
  }

  private static boolean isShell(JsonNode row) {
    return !row.path("kind").asText("").equals("sql") && !row.has("api") && !row.has("tool");
  }

  private static String text(JsonNode row) {
    for (String name : List.of("command", "api", "input")) {
      JsonNode value = row.path(name);
      if (!value.isMissingNode()) {
        return value.isTextual() ? value.asText() : value.toString();
      }
    }
    return "";
  }

  private Assessment assess(JsonNode row) {
    if (row.has("api")) {
      return Assessment.of(understanding.api(row.path("api").asText()));
    }
    if (row.has("tool") && !row.has("command")) {
      JsonNode input = row.path("input");
      ObjectNode command = Json.mapper().createObjectNode();
      JsonNode given = input.isTextual() ? command.set("command", input) : input;
      return Assessment.of(understanding.tool(row.path("tool").asText(), given));
    }
    String command = row.path("command").asText();
    return Assessment.of(isShell(row) ? understanding.shell(command) : understanding.sql(command));
  }

  /** A table for people. */
  String toText() {
    StringBuilder out = new StringBuilder(Scorecard.heading());
    card.lines().forEach(line -> out.append(System.lineSeparator()).append(line));
    if (!card.reliability().isEmpty()) {
      out.append(System.lineSeparator())
          .append(System.lineSeparator())
          .append("confidence in a removal   rows     mean   labelled destructive");
    }
    for (Scorecard.Reliability one : card.reliability()) {
      out.append(System.lineSeparator())
          .append(
              String.format(
                  Locale.ROOT,
                  "%.1f to %.1f              %6d   %6.3f   %20.3f",
                  one.from(),
                  one.from() + 0.1,
                  one.rows(),
                  one.meanConfidence(),
                  one.destructive()));
    }
    return out.toString();
  }

  /** The same for machines. */
  String toJson() {
    ObjectNode document = Json.mapper().createObjectNode();
    ArrayNode all = document.putArray("sources");
    for (Scorecard.Line line : card.lines()) {
      all.addObject()
          .put("label", line.label().name().toLowerCase(Locale.ROOT))
          .put("source", line.source())
          .put("rows", line.rows())
          .put("destructive", line.destructiveShare())
          .put("not_allowed", line.notAllowedShare())
          .put("denied", (double) line.denied() / line.rows())
          .put("unparsed", line.unparsed())
          .put("median_us", line.medianMicros())
          .put("max_us", line.maxMicros());
    }
    ArrayNode reliability = document.putArray("reliability");
    for (Scorecard.Reliability one : card.reliability()) {
      reliability
          .addObject()
          .put("from", one.from())
          .put("rows", one.rows())
          .put("mean_confidence", one.meanConfidence())
          .put("destructive", one.destructive());
    }
    return document.toString();
  }
}
