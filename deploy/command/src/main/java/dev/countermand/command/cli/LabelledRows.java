package dev.countermand.command.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Files of labelled rows, JSON lines, gzipped or not, that something is scored on. */
final class LabelledRows {
  private LabelledRows() {}

  /**
   * Reads the rows of a file in order.
   *
   * @throws CountermandException FILE_UNREADABLE
   */
  static void each(Path file, Consumer<JsonNode> row) {
    int number = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        try {
          row.accept(Json.mapper().readTree(line));
        } catch (JsonProcessingException e) {
          throw new CountermandException(
              "FILE_UNREADABLE", "Line " + number + " of " + file + " is not readable JSON.");
        }
      }
    } catch (IOException e) {
      throw FileErrors.unreadable(file, e);
    }
  }

  /** Where a row comes from: a string, or an object with {@code repo}. */
  static String source(JsonNode row) {
    JsonNode source = row.path("source");
    return source.isTextual() ? source.asText() : source.path("repo").asText("-");
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file));
    raw.mark(2);
    boolean zipped = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return zipped ? new GZIPInputStream(raw) : raw;
  }
}
