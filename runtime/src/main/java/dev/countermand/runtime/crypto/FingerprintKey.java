package dev.countermand.runtime.crypto;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The deployment's key for fingerprints of secrets: HMAC-SHA-256 (RFC 2104), cut to 128 bits.
 * Keyed, because a plain hash of a short password or of a UUID can be found by trying. Thread-safe.
 */
public final class FingerprintKey {
  private static final int KEY_BYTES = 32;
  private static final int FINGERPRINT_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final String id;
  private final SecretKeySpec key;
  private final ThreadLocal<Mac> macs;

  private FingerprintKey(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
    this.macs = ThreadLocal.withInitial(this::mac);
    this.id = "k" + HexFormat.of().formatHex(mac().doFinal(new byte[] {0}), 0, 3);
  }

  /**
   * The key in a file, which is created with a new key and mode 0600 when it is not there.
   *
   * @throws CountermandException KEY_UNREADABLE when the file cannot be read, made, or is no key;
   *     or when it is missing beside the key before it, which is one that was lost
   */
  public static FingerprintKey at(Path file) {
    try {
      if (Files.notExists(file)) {
        if (Files.exists(FingerprintKeys.previousOf(file))) {
          throw unreadable(file, null);
        }
        SecretFile.create(file, fresh());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return read(file);
  }

  /** A new key in the form of its file. */
  static byte[] fresh() {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    return HexFormat.of().formatHex(fresh).getBytes(StandardCharsets.US_ASCII);
  }

  /** The key in a file that must be there. */
  static FingerprintKey read(Path file) {
    try {
      byte[] bytes = HexFormat.of().parseHex(Files.readString(file).strip());
      if (bytes.length != KEY_BYTES) {
        throw new IllegalArgumentException("length");
      }
      return new FingerprintKey(bytes);
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, null);
    }
  }

  /** A new key that is nowhere stored. */
  public static FingerprintKey ephemeral() {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    return new FingerprintKey(fresh);
  }

  static CountermandException unreadable(Path file, @Nullable IOException cause) {
    return new CountermandException(
        "KEY_UNREADABLE",
        "The fingerprint key "
            + file
            + " cannot be read or made: it must be 64 hexadecimal digits in a file this user may read."
            + " Restore it from the backup; a new key would not know the registered credentials.",
        cause);
  }

  /** A short name of the key, itself no secret: {@code k} and six hexadecimal digits. */
  public String id() {
    return id;
  }

  /** The fingerprint of a secret: 32 hexadecimal digits over its UTF-8 bytes. */
  public String fingerprint(CharSequence secret) {
    byte[] tag = macs.get().doFinal(secret.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(tag, FINGERPRINT_BYTES));
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
