package dev.countermand.command.stack;

import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Tokens that are made where the configuration names none. */
final class LocalToken {
  private static final int BYTES = 24;

  private LocalToken() {}

  /** The token of a file, mode 0600; it is made at the first call. */
  static SecretRef in(Path file) throws IOException {
    Path token = file.toAbsolutePath();
    if (Files.notExists(token)) {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      SecretFile.create(
          token, HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII));
    }
    return new SecretRef(token, null);
  }
}
