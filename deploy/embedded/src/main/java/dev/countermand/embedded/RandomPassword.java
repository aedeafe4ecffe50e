package dev.countermand.embedded;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords of servers that are started here. */
final class RandomPassword {
  private static final int BYTES = 24;

  private RandomPassword() {}

  /** One that nobody else has: 48 hexadecimal digits. */
  static String fresh() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
