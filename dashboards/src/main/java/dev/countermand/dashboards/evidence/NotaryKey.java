package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** The Ed25519 key that signs checkpoints. Thread-safe. */
public final class NotaryKey {
  /** The public half, beside it: what a verifier needs. */
  public static final String PUBLIC_FILE = "evidence-public.txt";

  private static final String FILE = "evidence.json";
  private static final String NEXT = "evidence-next.json";
  private static final String ALGORITHM = "Ed25519";

  private final PrivateKey key;
  private final byte[] publicKey;
  private final String id;

  private NotaryKey(PrivateKey key, byte[] publicKey) {
    this.key = key;
    this.publicKey = publicKey;
    this.id = Note.keyId(publicKey);
  }

  /**
   * The key in a directory; made, mode 0600, when none is there, and its public half beside it.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  public static NotaryKey in(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      if (Files.notExists(file)) {
        SecretFile.create(file, fresh());
      }
      // What is there counts: another process may have been first.
      NotaryKey key = read(Files.readAllBytes(file));
      Path open = directory.resolve(PUBLIC_FILE);
      if (Files.notExists(open)) {
        SecretFile.create(open, (key.publicLine() + "\n").getBytes(StandardCharsets.US_ASCII));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
      }
      return key;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      // The cause may quote the file, and so is left out.
      throw new CountermandException(
          "KEY_UNREADABLE",
          "The key that signs checkpoints cannot be read from or made at "
              + file
              + " ("
              + e.getClass().getSimpleName()
              + "). Check owner and mode, or restore it.");
    }
  }

  /**
   * Makes the key that is to take the place of the one in a directory, unless one is there already.
   * The notary that signs takes it as soon as it sees it, and hands on to it.
   *
   * @return its public line
   * @throws CountermandException KEY_UNREADABLE, when there is no key yet, too
   */
  public static String prepareNext(Path directory) {
    try {
      read(Files.readAllBytes(directory.resolve(FILE)));
      SecretFile.create(directory.resolve(NEXT), fresh());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CountermandException(
          "KEY_UNREADABLE",
          "There is no key to replace in "
              + directory
              + ", or no other can be made there ("
              + e.getClass().getSimpleName()
              + "). Run this where the notary runs, as its user.");
    }
    return next(directory).map(NotaryKey::publicLine).orElse("");
  }

  /** Whether a key waits to take the place of the one in a directory. */
  public static boolean hasNext(Path directory) {
    return Files.exists(directory.resolve(NEXT));
  }

  /**
   * The key that waits.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  static Optional<NotaryKey> next(Path directory) {
    if (!hasNext(directory)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(Files.readAllBytes(directory.resolve(NEXT))));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CountermandException(
          "KEY_UNREADABLE",
          "The next key of the notary cannot be read from "
              + directory.resolve(NEXT)
              + " ("
              + e.getClass().getSimpleName()
              + "). Check owner and mode, or delete it and rotate again.");
    }
  }

  /** Puts the key that waits in the place of the one that is there, which is gone then. */
  static void promoteNext(Path directory) {
    try {
      SecretFile.move(directory.resolve(NEXT), directory.resolve(FILE));
    } catch (IOException e) {
      throw new CountermandException(
          "KEY_UNREADABLE",
          "The key in " + directory + " cannot be replaced. Check its rights.",
          e);
    }
  }

  // RFC 8037; the public half is kept because the JDK cannot compute it.
  private static byte[] fresh() throws GeneralSecurityException, IOException {
    KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    byte[] encoded = pair.getPublic().getEncoded();
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return Json.mapper()
        .writeValueAsBytes(
            Json.mapper()
                .createObjectNode()
                .put("kty", "OKP")
                .put("crv", ALGORITHM)
                .put("d", base64.encodeToString(seed))
                .put(
                    "x",
                    base64.encodeToString(
                        Arrays.copyOfRange(
                            encoded, encoded.length - PublicKeys.RAW_BYTES, encoded.length))));
  }

  private static NotaryKey read(byte[] json) throws IOException, GeneralSecurityException {
    JsonNode jwk = Json.mapper().readTree(json);
    byte[] seed = Base64.getUrlDecoder().decode(jwk.path("d").asText());
    byte[] open = Base64.getUrlDecoder().decode(jwk.path("x").asText());
    PrivateKey key =
        KeyFactory.getInstance(ALGORITHM)
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    NotaryKey read = new NotaryKey(key, open);
    if (!PublicKeys.of(read).verifies(read.id, "a trial", read.sign("a trial"))) {
      throw new GeneralSecurityException("the halves do not belong together");
    }
    return read;
  }

  /** Eight hexadecimal digits. */
  String id() {
    return id;
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  /** The line that a verifier is given. */
  public String publicLine() {
    return Note.line(publicKey);
  }

  /** The signature of a text, Base64. */
  String sign(String text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs", e);
    }
  }
}
