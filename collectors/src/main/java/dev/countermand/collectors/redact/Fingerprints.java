package dev.countermand.collectors.redact;

/**
 * The keyed fingerprint of a token: equal tokens have equal fingerprints under one key, and nobody
 * without the key can test a guess. Implementations must be safe for use by many threads.
 */
@FunctionalInterface
public interface Fingerprints {

  /**
   * Returns the first 16 bytes of HMAC-SHA-256 over the UTF-8 bytes of the canonical token, as 32
   * lower-case hex digits, with the id of the key: both of the same key, also while one key takes
   * the place of another.
   *
   * @param token the canonical token: trimmed, unquoted, percent-decoded where it is a URL password
   */
  Fingerprint of(CharSequence token);
}
