package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.json.Json;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The commands a benchmark runs through, in the order and with the repetitions of their file. */
final class Commands {
  private Commands() {}

  /** The commands of a file of JSON lines, gzipped or not; without one, those of the knowledge. */
  static String[] of(@Nullable String file) {
    try {
      return (file == null ? Understanding.standard().examples() : read(Path.of(file)))
          .toArray(String[]::new);
    } catch (IOException e) {
      throw new IllegalStateException("the commands of " + file + " cannot be read", e);
    }
  }

  private static List<String> read(Path file) throws IOException {
    List<String> commands = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = Json.mapper().readTree(line);
        JsonNode command = row.has("command") ? row.get("command") : row.path("input");
        if (command.isTextual()) {
          commands.add(command.textValue());
        }
      }
    }
    if (commands.isEmpty()) {
      throw new IOException("no row has a command");
    }
    return commands;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file));
    return file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
  }
}
