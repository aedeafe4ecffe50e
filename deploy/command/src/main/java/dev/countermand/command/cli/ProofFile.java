package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.Main;
import dev.countermand.command.Printable;
import dev.countermand.dashboards.evidence.InclusionProof;
import dev.countermand.dashboards.evidence.LogName;
import dev.countermand.dashboards.evidence.PublicKeys;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file with one proof, or with all of an exported incident: the proofs are checked by the public
 * key, and what people read of the export by the records that are proved.
 */
final class ProofFile {
  private static final long MAX_BYTES = 512L * 1024 * 1024;

  /** The parts of an export whose documents are records as they stand on Kafka. */
  private static final List<String> DOCUMENTS =
      List.of("actions", "findings", "orders", "outcomes");

  private final Output output;

  ProofFile(Output output) {
    this.output = output;
  }

  /**
   * Checks it and says what it found.
   *
   * @return the exit code: 0 where everything is proved that is not said to be unsigned yet
   * @throws CountermandException FILE_UNREADABLE
   */
  int verify(Path file, PublicKeys keys) {
    int good = 0;
    int bad = 0;
    JsonNode all = read(file);
    Map<String, List<JsonNode>> proved = new HashMap<>();
    for (JsonNode proof : all.has("proofs") ? all.path("proofs") : List.of(all)) {
      InclusionProof read;
      try {
        read = InclusionProof.of(proof);
      } catch (IllegalArgumentException e) {
        throw new CountermandException(
            "FILE_UNREADABLE",
            "A proof in " + file + " cannot be read: " + e.getMessage() + ".",
            e);
      }
      String place =
          Printable.text(
              new LogName(read.record().topic(), read.record().partition())
                  + "@"
                  + read.record().offset());
      Optional<String> problem = read.problem(keys);
      good += problem.isEmpty() ? 1 : 0;
      if (problem.isEmpty()) {
        document(read.record().value())
            .ifPresent(
                one -> proved.computeIfAbsent(id(one), unused -> new ArrayList<>()).add(one));
      }
      bad += problem.isEmpty() ? 0 : 1;
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("record", place)
              .put("proved", problem.isEmpty())
              .put("problem", problem.orElse(null)));
      output.say(place + ": " + problem.map(why -> "NOT PROVED: " + why).orElse("proved"));
    }
    output.say(good + " record(s) are proved, " + bad + " are not.");
    int others = others(all, proved);
    return good > 0 && bad == 0 && others <= all.path("unproved").size() ? Main.OK : Main.FAILED;
  }

  /** How many of an export's documents, which people read, are in no proved record. */
  private int others(JsonNode all, Map<String, List<JsonNode>> proved) {
    int count = 0;
    for (String part : DOCUMENTS) {
      int number = 0;
      for (JsonNode document : all.path(part)) {
        boolean isProved =
            proved.getOrDefault(id(document), List.of()).stream()
                .anyMatch(record -> holds(document, record));
        if (!isProved) {
          count++;
          String place = part + "[" + number + "]";
          String problem = "it is in no record that is proved";
          output.line(
              Json.mapper()
                  .createObjectNode()
                  .put("document", place)
                  .put("proved", false)
                  .put("problem", problem));
          output.say(place + ": NOT PROVED: " + problem);
        }
        number++;
      }
    }
    int expected = all.path("unproved").size();
    if (count > 0) {
      output.say(
          count
              + " document(s) are in no proved record; the export names "
              + expected
              + " record(s) that were not signed yet.");
    }
    return count;
  }

  /** Whether it says all that the record says; an action is exported with what scoring added. */
  private static boolean holds(JsonNode document, JsonNode record) {
    if (!record.isObject()) {
      return record.equals(document);
    }
    return record.properties().stream()
        .allMatch(field -> holds(document.path(field.getKey()), field.getValue()));
  }

  private static String id(JsonNode document) {
    return document.at("/event/id").asText();
  }

  private static Optional<JsonNode> document(byte @Nullable [] value) {
    try {
      return value == null ? Optional.empty() : Optional.of(Json.mapper().readTree(value));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A proof, or all of an export. */
  private static JsonNode read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it is larger than 512 MiB");
      }
      if (!Files.isRegularFile(file)) {
        throw new IOException("it is no regular file");
      }
      return Json.mapper().readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileErrors.unreadable(file, e);
    }
  }
}
