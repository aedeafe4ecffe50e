package dev.countermand.detectors.incident;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Short names of a fixed size for texts of any. */
public final class Digests {
  private static final int BYTES = 12;

  private Digests() {}

  /** The beginning of the SHA-256 of the texts with their lengths, in hex. */
  public static String of(String... texts) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  Stream.of(texts)
                      .map(text -> text.length() + ":" + text)
                      .collect(Collectors.joining())
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
