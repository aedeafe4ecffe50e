package dev.countermand.dashboards.evidence;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The keys whose signatures count. Thread-safe. */
public final class PublicKeys {
  static final int RAW_BYTES = 32;

  private static final int MAX_BYTES = 64 * 1024;

  /** What RFC 8410 has before the key itself. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  private final Map<String, PublicKey> keys;

  /** By the key of a log, how many records of it each key that was replaced signed. */
  private final Map<String, Map<String, Long>> replaced;

  private PublicKeys(Map<String, PublicKey> keys) {
    this(keys, Map.of());
  }

  private PublicKeys(Map<String, PublicKey> keys, Map<String, Map<String, Long>> replaced) {
    this.keys = Map.copyOf(keys);
    this.replaced = Map.copyOf(replaced);
  }

  static PublicKeys of(NotaryKey key) throws GeneralSecurityException {
    return new PublicKeys(Map.of(key.id(), decode(key.publicKey())));
  }

  /**
   * The keys of a file, one a line.
   *
   * @throws CountermandException FILE_UNREADABLE
   */
  public static PublicKeys read(Path file) {
    Map<String, PublicKey> keys = new HashMap<>();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it is larger than 64 KiB");
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
      for (String line : lines) {
        if (!line.isBlank()) {
          byte[] key = Note.publicKey(line.strip());
          keys.put(Note.keyId(key), decode(key));
        }
      }
      if (keys.isEmpty()) {
        throw new IOException("it has no key");
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CountermandException(
          "FILE_UNREADABLE",
          "The public key of the notary cannot be read from "
              + file
              + ": "
              + (e instanceof IOException io ? FileErrors.why(io) : e.getMessage())
              + ". It is "
              + NotaryKey.PUBLIC_FILE
              + " in the keys directory of the notary.",
          e);
    }
    return new PublicKeys(keys);
  }

  /**
   * These keys, and those that they were replaced by, one after the other. A statement of a key
   * that is not trusted adds nothing.
   *
   * @param directory where the notary's files are; null for nowhere
   * @throws CountermandException EVIDENCE_CHAIN_BROKEN when a trusted key is said to have handed on
   *     and did not, or did so twice
   */
  public PublicKeys following(@Nullable Path directory) {
    if (directory == null) {
      return this;
    }
    Map<String, PublicKey> all = new HashMap<>(keys);
    Map<String, Map<String, Long>> before = new HashMap<>(replaced);
    int index = 0;
    for (Rotation one : KeyChain.read(directory)) {
      if (all.containsKey(one.before())) {
        if (before.containsKey(one.before())) {
          throw KeyChain.broken(
              directory, index, "the key " + one.before() + " was replaced before");
        }
        try {
          byte[] next = Note.publicKey(one.after());
          all.put(Note.keyId(next), decode(next));
          PublicKeys both = new PublicKeys(all);
          if (before.containsKey(Note.keyId(next))
              || !both.verifies(one.before(), one.body(), one.signature())
              || !both.verifies(Note.keyId(next), one.body(), one.consent())) {
            throw new IllegalArgumentException("it is not signed by the keys it names");
          }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
          throw KeyChain.broken(directory, index, "it is not signed by the keys it names");
        }
        before.put(one.before(), one.sizes());
      }
      index++;
    }
    return new PublicKeys(all, before);
  }

  /** Whether a key may sign what comes now. */
  boolean isCurrent(String keyId) {
    return keys.containsKey(keyId) && !replaced.containsKey(keyId);
  }

  /**
   * Why a key did not sign a checkpoint of this size, whatever its signature says: it had been
   * replaced by then. Empty when it had not.
   */
  Optional<String> replaced(String keyId, LogName log, long size) {
    Map<String, Long> sizes = replaced.get(keyId);
    if (sizes == null || size <= sizes.getOrDefault(log.key(), 0L)) {
      return Optional.empty();
    }
    return Optional.of(
        "the key "
            + keyId
            + " signed it, which was replaced when the log had "
            + sizes.getOrDefault(log.key(), 0L)
            + " record(s)");
  }

  private static PublicKey decode(byte[] raw) throws GeneralSecurityException {
    byte[] encoded = ByteBuffer.allocate(X509.length + raw.length).put(X509).put(raw).array();
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  /** Their ids, for people. */
  String ids() {
    return String.join(", ", new TreeSet<>(keys.keySet()));
  }

  /** Whether one of these keys made this signature, Base64, of this text. Never throws. */
  boolean verifies(String keyId, String text, String signature) {
    PublicKey key = keys.get(keyId);
    if (key == null) {
      return false;
    }
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(text.getBytes(StandardCharsets.UTF_8));
      return check.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
