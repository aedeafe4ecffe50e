package dev.countermand.collectors.redact;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The real function under a key that is no secret. */
public final class TestFingerprints implements Fingerprints {

  private static final SecretKeySpec KEY =
      new SecretKeySpec("for tests only".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

  /** The value under the key. */
  public String value(CharSequence token) {
    return of(token).value();
  }

  @Override
  public Fingerprint of(CharSequence token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(KEY);
      byte[] digest = mac.doFinal(token.toString().getBytes(StandardCharsets.UTF_8));
      return new Fingerprint("k1", HexFormat.of().formatHex(digest, 0, 16), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
