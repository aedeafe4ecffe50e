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

  @Override
  public String keyId() {
    return "k1";
  }

  @Override
  public String of(CharSequence token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(KEY);
      byte[] digest = mac.doFinal(token.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
