package dev.countermand.runtime.crypto;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HybridConfig;
import com.google.crypto.tink.hybrid.PredefinedHybridParameters;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;

/**
 * Secrets sealed to containment: HPKE (RFC 9180) by Tink, X25519, HKDF-SHA-256, AES-128-GCM. Who
 * has the public key can seal; only who has the private key, containment, can open. A sealed secret
 * is bound to its fingerprint: moved to another credential it does not open.
 */
public final class Sealing {
  private static final String PRIVATE = "containment-private.json";
  private static final String PUBLIC = "containment-public.json";

  private Sealing() {}

  /** Seals with the public key. Thread-safe. */
  public static final class Sealer {
    private final HybridEncrypt encrypt;

    private Sealer(HybridEncrypt encrypt) {
      this.encrypt = encrypt;
    }

    /** The sealed secret, Base64. */
    public String seal(String secret, String fingerprint) {
      try {
        return Base64.getEncoder()
            .encodeToString(
                encrypt.encrypt(
                    secret.getBytes(StandardCharsets.UTF_8),
                    fingerprint.getBytes(StandardCharsets.UTF_8)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("sealing failed", e);
      }
    }
  }

  /** Opens with the private key. Thread-safe. */
  public static final class Opener {
    private final HybridDecrypt decrypt;

    private Opener(HybridDecrypt decrypt) {
      this.decrypt = decrypt;
    }

    /**
     * The secret.
     *
     * @throws CountermandException SEAL_BROKEN when it was sealed to another key or for another
     *     fingerprint, or was altered
     */
    public String open(String sealed, String fingerprint) {
      try {
        return new String(
            decrypt.decrypt(
                Base64.getDecoder().decode(sealed), fingerprint.getBytes(StandardCharsets.UTF_8)),
            StandardCharsets.UTF_8);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new CountermandException(
            "SEAL_BROKEN",
            "The sealed secret of credential "
                + fingerprint
                + " does not open: it was sealed to another key, or altered. Register it again.");
      }
    }
  }

  /**
   * The sealer of a key directory. Where the directory has no keys yet, a pair is made: the private
   * half with mode 0600.
   */
  public static Sealer sealer(Path directory) {
    try {
      create(directory);
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeysetWithoutSecret(
              Files.readString(directory.resolve(PUBLIC)));
      return new Sealer(handle.getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class));
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(directory.resolve(PUBLIC), e);
    }
  }

  /** The opener of a key directory; only containment calls it. */
  public static Opener opener(Path directory) {
    try {
      create(directory);
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeyset(
              Files.readString(directory.resolve(PRIVATE)), InsecureSecretKeyAccess.get());
      return new Opener(handle.getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class));
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(directory.resolve(PRIVATE), e);
    }
  }

  private static void create(Path directory) throws IOException, GeneralSecurityException {
    HybridConfig.register();
    Path privateFile = directory.resolve(PRIVATE);
    Path publicFile = directory.resolve(PUBLIC);
    if (Files.exists(publicFile)) {
      return;
    }
    if (Files.notExists(privateFile)) {
      KeysetHandle fresh =
          KeysetHandle.generateNew(PredefinedHybridParameters.HPKE_X25519_HKDF_SHA256_AES_128_GCM);
      SecretFile.create(
          privateFile,
          TinkJsonProtoKeysetFormat.serializeKeyset(fresh, InsecureSecretKeyAccess.get())
              .getBytes(StandardCharsets.UTF_8));
    }
    KeysetHandle pair =
        TinkJsonProtoKeysetFormat.parseKeyset(
            Files.readString(privateFile), InsecureSecretKeyAccess.get());
    SecretFile.create(
        publicFile,
        TinkJsonProtoKeysetFormat.serializeKeysetWithoutSecret(pair.getPublicKeysetHandle())
            .getBytes(StandardCharsets.UTF_8));
  }

  private static CountermandException unreadable(Path file, Exception cause) {
    return new CountermandException(
        "KEY_UNREADABLE",
        "The key " + file + " cannot be read. Check its owner and mode, or restore it.",
        cause);
  }
}
