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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

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
   * half with mode 0600. Where only the public half is, it is enough.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  public static Sealer sealer(Path directory) {
    try {
      create(directory);
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeysetWithoutSecret(
              Files.readString(directory.resolve(PUBLIC)), RegistryConfiguration.get());
      return new Sealer(handle.getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class));
    } catch (IOException e) {
      throw unreadable(directory.resolve(PUBLIC), e);
    } catch (GeneralSecurityException e) {
      throw unreadable(directory.resolve(PUBLIC), null);
    }
  }

  /** Whether a key directory has the private half, so that what is sealed can be opened here. */
  public static boolean canOpen(Path directory) {
    return Files.exists(directory.resolve(PRIVATE));
  }

  /**
   * The sealer of a key directory that has a key already. For a process beside which containment
   * need not run: what it sealed to a pair of its own making, nobody could open.
   *
   * @throws CountermandException SEALING_KEY_MISSING, KEY_UNREADABLE
   */
  public static Sealer existingSealer(Path directory) {
    if (Files.notExists(directory.resolve(PUBLIC)) && Files.notExists(directory.resolve(PRIVATE))) {
      throw new CountermandException(
          "SEALING_KEY_MISSING",
          "Tokens that nobody registered are to be sealed (gateway.seal), but "
              + directory.resolve(PUBLIC)
              + " is missing. Copy it from the host of containment, or start containment here"
              + " first.");
    }
    return sealer(directory);
  }

  /**
   * The opener of a key directory; only containment calls it. Makes a pair like {@link #sealer}.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  public static Opener opener(Path directory) {
    try {
      create(directory);
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeyset(
              Files.readString(directory.resolve(PRIVATE)),
              RegistryConfiguration.get(),
              InsecureSecretKeyAccess.get());
      return new Opener(handle.getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class));
    } catch (IOException e) {
      throw unreadable(directory.resolve(PRIVATE), e);
    } catch (GeneralSecurityException e) {
      // Without the cause: a parser may quote the key.
      throw unreadable(directory.resolve(PRIVATE), null);
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
          KeysetHandle.generateNew(
              PredefinedHybridParameters.HPKE_X25519_HKDF_SHA256_AES_128_GCM,
              RegistryConfiguration.get());
      SecretFile.create(
          privateFile,
          TinkJsonProtoKeysetFormat.serializeKeyset(
                  fresh, RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
              .getBytes(StandardCharsets.UTF_8));
    }
    KeysetHandle pair =
        TinkJsonProtoKeysetFormat.parseKeyset(
            Files.readString(privateFile),
            RegistryConfiguration.get(),
            InsecureSecretKeyAccess.get());
    SecretFile.create(
        publicFile,
        TinkJsonProtoKeysetFormat.serializeKeysetWithoutSecret(
                pair.getPublicKeysetHandle(), RegistryConfiguration.get())
            .getBytes(StandardCharsets.UTF_8));
    // Who may seal need not be the user who may open.
    Files.setPosixFilePermissions(publicFile, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static CountermandException unreadable(Path file, @Nullable IOException cause) {
    return new CountermandException(
        "KEY_UNREADABLE",
        "The key " + file + " cannot be read. Check its owner and mode, or restore it.",
        cause);
  }
}
