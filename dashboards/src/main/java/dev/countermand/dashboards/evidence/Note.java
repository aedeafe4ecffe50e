package dev.countermand.dashboards.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A signed note (C2SP signed-note, with the body of a C2SP tlog-checkpoint), so that what a notary
 * signed can be checked by tools that are not ours.
 */
final class Note {
  /** The name of the key that a notary signs with. */
  static final String SIGNER = "countermand-notary";

  private static final byte ED25519 = 1;
  private static final int ID_BYTES = 4;
  private static final int PUBLIC_BYTES = 32;

  private Note() {}

  /** The note of a body that ends with a line feed. */
  static String of(String body, String keyId, String signature) {
    byte[] id = HexFormat.of().parseHex(keyId);
    byte[] bytes = Base64.getDecoder().decode(signature);
    byte[] both = ByteBuffer.allocate(id.length + bytes.length).put(id).put(bytes).array();
    return body + "\n— " + SIGNER + " " + Base64.getEncoder().encodeToString(both) + "\n";
  }

  /** The id of an Ed25519 key, eight hexadecimal digits. */
  static String keyId(byte[] publicKey) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((SIGNER + "\n").getBytes(StandardCharsets.UTF_8));
      digest.update(ED25519);
      return HexFormat.of().formatHex(digest.digest(publicKey), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The line by which a public key is handed on. */
  static String line(byte[] publicKey) {
    byte[] typed = new byte[1 + PUBLIC_BYTES];
    typed[0] = ED25519;
    System.arraycopy(publicKey, 0, typed, 1, PUBLIC_BYTES);
    return SIGNER + "+" + keyId(publicKey) + "+" + Base64.getEncoder().encodeToString(typed);
  }

  /**
   * The public key of such a line.
   *
   * @throws IllegalArgumentException when it is none
   */
  static byte[] publicKey(String line) {
    String[] parts = line.split("\\+", 3);
    if (parts.length != 3 || !parts[0].equals(SIGNER)) {
      throw new IllegalArgumentException("it is not " + SIGNER + "+ID+KEY");
    }
    byte[] typed = Base64.getDecoder().decode(parts[2]);
    if (typed.length != 1 + PUBLIC_BYTES || typed[0] != ED25519) {
      throw new IllegalArgumentException("it is no Ed25519 key");
    }
    byte[] key = Arrays.copyOfRange(typed, 1, typed.length);
    if (!keyId(key).equals(parts[1])) {
      throw new IllegalArgumentException("its id is not that of the key");
    }
    return key;
  }
}
