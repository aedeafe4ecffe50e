package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Scores the redactor on files of labelled rows: {@code text}, {@code label} ({@code secret} or
 * {@code not-secret}), {@code expected_secret} (strings that must be gone), {@code source}, {@code
 * rule}, and {@code strength} (a row that starts with {@code weak} is counted apart).
 */
final class RedactionScore {
  private static final int WARM_UP = 300;

  private final Redactor redactor;
  private final PrintStream misses;
  private final Map<String, Tally> tallies = new TreeMap<>();
  private long rows;

  private static final class Tally {
    private int rows;
    private int touched;
    private int whole;
    private final List<Long> nanos = new ArrayList<>();

    private double median() {
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2) / 1_000.0;
    }

    private double max() {
      return nanos.stream().mapToLong(Long::longValue).max().orElse(0) / 1_000.0;
    }
  }

  /**
   * A score.
   *
   * @param misses where rows are named that were answered otherwise than their label asks; never
   *     their text
   */
  RedactionScore(Redactor redactor, PrintStream misses) {
    this.redactor = redactor;
    this.misses = misses;
  }

  /** Reads a file of JSON lines, gzipped or not. */
  void read(Path file) throws IOException {
    LabelledRows.each(file, this::row);
  }

  private void row(JsonNode row) {
    String text = row.path("text").asText();
    if (rows++ == 0) {
      for (int i = 0; i < WARM_UP; i++) {
        redactor.redact(text);
      }
    }
    boolean weak = row.path("strength").asText().startsWith("weak");
    String label = row.path("label").asText("-") + (weak ? " (weak)" : "");
    Tally tally =
        tallies.computeIfAbsent(label + "\n" + LabelledRows.source(row), key -> new Tally());
    long begun = System.nanoTime();
    Redaction redaction = redactor.redact(text);
    tally.nanos.add(System.nanoTime() - begun);
    boolean touched = !redaction.secrets().isEmpty();
    boolean left = false;
    for (JsonNode expected : row.path("expected_secret")) {
      left |= text.contains(expected.asText()) && redaction.text().contains(expected.asText());
    }
    tally.rows++;
    tally.touched += touched ? 1 : 0;
    tally.whole += touched && !left ? 1 : 0;
    boolean secret = label.equals("secret");
    if (secret ? !touched || left : touched && label.equals("not-secret")) {
      JsonNode source = row.path("source");
      misses.println(
          (secret ? left && touched ? "PART LEFT " : "OVERLOOKED " : "TOUCHED ")
              + row.path("rule").asText("-")
              + " "
              + source.path("path").asText("-")
              + ":"
              + source.path("line").asInt()
              + (touched ? " " + redaction.secrets().get(0).kind() : ""));
    }
  }

  /** A table for people. */
  String toText() {
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-18s %-32s %6s %8s %8s %9s %9s",
                "label",
                "source",
                "rows",
                "found",
                "touched",
                "median us",
                "max us"));
    tallies.forEach(
        (key, tally) ->
            out.append(System.lineSeparator())
                .append(
                    String.format(
                        Locale.ROOT,
                        "%-18s %-32s %6d %8.4f %8.4f %9.1f %9.1f",
                        key.substring(0, key.indexOf('\n')),
                        key.substring(key.indexOf('\n') + 1),
                        tally.rows,
                        (double) tally.whole / tally.rows,
                        (double) tally.touched / tally.rows,
                        tally.median(),
                        tally.max())));
    return out.toString();
  }

  /** The same for machines. */
  String toJson() {
    ObjectNode document = Json.mapper().createObjectNode();
    ArrayNode sources = document.putArray("sources");
    tallies.forEach(
        (key, tally) ->
            sources
                .addObject()
                .put("label", key.substring(0, key.indexOf('\n')))
                .put("source", key.substring(key.indexOf('\n') + 1))
                .put("rows", tally.rows)
                .put("found", (double) tally.whole / tally.rows)
                .put("touched", (double) tally.touched / tally.rows)
                .put("median_us", tally.median())
                .put("max_us", tally.max()));
    return document.toString();
  }
}
