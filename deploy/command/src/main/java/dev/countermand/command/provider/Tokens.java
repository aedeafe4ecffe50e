package dev.countermand.command.provider;

import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The provider's access tokens: bare UUIDs, as some real providers issue them, so that nothing in
 * their shape gives them away. Thread-safe.
 */
final class Tokens {
  /** What a token may do. */
  enum Scope {
    /** Read and change staging only. */
    STAGING,
    /** Everything, everywhere. */
    ACCOUNT
  }

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, Scope> active = new ConcurrentHashMap<>();

  /** A random UUID version 4 (RFC 9562) that nobody can guess. */
  static String random() {
    long high = (RANDOM.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /** A new token, valid until it is revoked. */
  String issue(Scope scope) {
    String token = random();
    active.put(token, scope);
    return token;
  }

  /** What a token may do, if it is active. */
  Optional<Scope> scope(String token) {
    return Optional.ofNullable(active.get(token));
  }

  /** Ends a token; nothing happens when it is not active (RFC 7009, section 2.2). */
  void revoke(String token) {
    active.remove(token);
  }
}
