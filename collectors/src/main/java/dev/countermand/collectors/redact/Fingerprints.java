package dev.countermand.collectors.redact;

/**
 * The keyed fingerprint of a token: equal tokens have equal fingerprints under one key, and nobody
 * without the key can test a guess. Implementations must be safe for use by many threads.
 */
public interface Fingerprints {

  /** Returns the short id of the key in use: 1 to 16 letters, digits, '_' or '-'. */
  String keyId();

  /**
   * Returns the first 16 bytes of HMAC-SHA-256 over the UTF-8 bytes of the canonical token, as 32
   * lower-case hex digits.
   *
   * @param token the canonical token: trimmed, unquoted, percent-decoded where it is a URL password
   */
  String of(CharSequence token);
}
