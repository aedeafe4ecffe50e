package dev.countermand.containment.signals;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.crypto.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/** The RSA key that signs event tokens (RS256). Thread-safe. */
final class SigningKey {
  /** The file in the directory of keys. */
  static final String FILE = "signals.json";

  private static final int BITS = 2048;

  private final RSAKey key;
  private final RSASSASigner signer;

  private SigningKey(RSAKey key) throws JOSEException {
    this.key = key;
    this.signer = new RSASSASigner(key);
  }

  /**
   * The key in a directory; made, mode 0600, when none is there.
   *
   * @throws CountermandException KEY_UNREADABLE
   */
  static SigningKey in(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        RSAKey fresh =
            new RSAKeyGenerator(BITS)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .keyIDFromThumbprint(true)
                .generate();
        SecretFile.create(file, fresh.toJSONString().getBytes(StandardCharsets.UTF_8));
      }
      // What is there counts: another process may have been first.
      return new SigningKey(RSAKey.parse(Files.readString(file)));
    } catch (IOException | ParseException | JOSEException e) {
      // The cause may quote the file, and so is left out.
      throw new CountermandException(
          "KEY_UNREADABLE",
          "The key that signs signals cannot be read from or made at "
              + file
              + " ("
              + e.getClass().getSimpleName()
              + "). Check owner and mode, or restore it.");
    }
  }

  /** The compact serialization of a security event token with these claims, JSON. */
  String sign(byte[] claims) {
    JWSObject token =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("secevent+jwt"))
                .keyID(key.getKeyID())
                .build(),
            new Payload(claims));
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("an RSA key signs RS256", e);
    }
    return token.serialize();
  }

  /** The public key as a set (RFC 7517), JSON. */
  String publicKeys() {
    return new JWKSet(key).toString(true);
  }
}
