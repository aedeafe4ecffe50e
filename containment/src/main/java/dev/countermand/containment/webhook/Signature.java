package dev.countermand.containment.webhook;

import dev.countermand.containment.revoker.ProviderKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages as Standard Webhooks says (symmetric, version 1). Thread-safe. */
final class Signature {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST = 24;
  private static final int LONGEST = 64;

  private final SecretKeySpec key;

  /**
   * Signs with a secret.
   *
   * @param secret {@code whsec_} and 24 to 64 bytes in Base64
   */
  Signature(ProviderKeys keys, String secret) {
    byte[] bytes = bytes(secret);
    if (bytes.length < SHORTEST || bytes.length > LONGEST) {
      throw keys.bad("token", "must be whsec_ followed by 24 to 64 bytes in Base64.");
    }
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The headers of a message. */
  Map<String, String> headers(String id, Instant at, String payload) {
    String seconds = String.valueOf(at.getEpochSecond());
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] sum =
          mac.doFinal((id + "." + seconds + "." + payload).getBytes(StandardCharsets.UTF_8));
      return Map.of(
          "webhook-id", id,
          "webhook-timestamp", seconds,
          "webhook-signature", "v1," + Base64.getEncoder().encodeToString(sum));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String secret) {
    try {
      return secret.startsWith(PREFIX)
          ? Base64.getDecoder().decode(secret.substring(PREFIX.length()))
          : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
