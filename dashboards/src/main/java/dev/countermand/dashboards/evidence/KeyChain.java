package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The statements by which keys of the notary were replaced, in order, beside its checkpoints. */
final class KeyChain {
  /** One JSON document a line. */
  static final String FILE = "rotations.jsonl";

  private static final long MAX_BYTES = 16L * 1024 * 1024;

  private KeyChain() {}

  /**
   * Those in a directory; none where there is no file.
   *
   * @throws CountermandException EVIDENCE_CHAIN_BROKEN when one cannot be read
   */
  static List<Rotation> read(Path directory) {
    Path file = directory.resolve(FILE);
    List<Rotation> all = new ArrayList<>();
    if (Files.notExists(file)) {
      return all;
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it is larger than 16 MiB");
      }
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        all.add(Rotation.of(Json.mapper().readTree(line)));
      }
      return all;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw broken(directory, all.size(), "it cannot be read");
    } catch (IOException e) {
      throw FileErrors.unreadable(file, e);
    }
  }

  /**
   * Adds one; all of it is on the disk when this returns, or nothing.
   *
   * @throws CountermandException EVIDENCE_UNREADABLE
   */
  static void add(Path directory, Rotation rotation) {
    StringBuilder lines = new StringBuilder();
    read(directory).forEach(one -> lines.append(one.json()).append('\n'));
    lines.append(rotation.json()).append('\n');
    Path file = directory.resolve(FILE);
    try {
      Files.createDirectories(directory);
      SecretFile.replace(file, lines.toString().getBytes(StandardCharsets.UTF_8));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      throw new CountermandException(
          "EVIDENCE_UNREADABLE",
          "The file of key rotations "
              + file
              + " cannot be written ("
              + e.getClass().getSimpleName()
              + "). Check disk and rights.",
          e);
    }
  }

  /** A link of the chain does not hold. */
  static CountermandException broken(Path directory, int index, String why) {
    return new CountermandException(
        "EVIDENCE_CHAIN_BROKEN",
        "Statement "
            + (index + 1)
            + " in "
            + directory.resolve(FILE)
            + " does not hand on the notary's key: "
            + why
            + ". Compare it with a copy kept elsewhere, and find out who wrote it.");
  }
}
