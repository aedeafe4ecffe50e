package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Progress;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Where the servers of one bench keep what they write.
 *
 * @param directory of this bench alone
 * @param progress hears every step
 */
record Workplace(Path directory, Progress progress) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET_BYTES = 24;

  /** An empty one, named after this process. */
  static Workplace create(Progress progress) {
    try {
      String name = "countermand-bench-" + ProcessHandle.current().pid() + "-";
      // A server that refuses root runs as another user, who has to get in. The directory that
      // Java is told to take may lie where that user cannot.
      Path temporary = Path.of("/tmp");
      Path directory =
          Files.isWritable(temporary)
              ? Files.createTempDirectory(temporary, name)
              : Files.createTempDirectory(name);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
      return new Workplace(directory, progress);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for the bench", e);
    }
  }

  /** A directory in it that may not be there yet. */
  Path of(String name) {
    return directory.resolve(name);
  }

  /** A Kafka of its own, which the caller stops. */
  KafkaServer kafka() {
    return KafkaServer.start(of("kafka"), KafkaServer.Options.defaults().withProgress(progress));
  }

  /** How a configuration names a secret; it is written to a file that only its owner may read. */
  ObjectNode secret(String name, String secret) {
    Path file = of("secrets").resolve(name);
    try {
      SecretFile.create(file, secret.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
    return Json.mapper().createObjectNode().put("file", file.toString());
  }

  /** 48 hexadecimal digits that nobody can guess. */
  static String freshSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
