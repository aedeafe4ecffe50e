package dev.countermand.runtime.http;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SecretRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose bearer token one is. Keeps digests only, and compares every one of them, so that the time
 * says nothing about which matched. Reads are thread-safe once everybody is added.
 *
 * @param <T> who has a token
 */
public final class Bearers<T> {
  private static final String BEARER = "bearer ";

  private final List<Known<T>> known = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest.isEqual only
  private record Known<T>(T owner, String name, byte[] digest) {}

  /**
   * Adds one who has a token; before the first request only.
   *
   * @throws CountermandException SECRET_UNREADABLE, or CONFIG_DUPLICATE_TOKEN when another has it
   */
  public void add(T owner, String name, SecretRef token) {
    byte[] digest = digest(token.read());
    for (Known<T> other : known) {
      if (MessageDigest.isEqual(other.digest(), digest)) {
        throw new CountermandException(
            "CONFIG_DUPLICATE_TOKEN",
            other.name() + " and " + name + " have the same token. Give each its own.");
      }
    }
    known.add(new Known<>(owner, name, digest));
  }

  /** The owner of the token of an Authorization header; empty for no, or an unknown, token. */
  public Optional<T> find(@Nullable String authorization) {
    T found = null;
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      byte[] digest = digest(authorization.substring(BEARER.length()).strip());
      for (Known<T> candidate : known) {
        if (MessageDigest.isEqual(candidate.digest(), digest)) {
          found = candidate.owner();
        }
      }
    }
    return Optional.ofNullable(found);
  }

  /** The digest of a token, in hexadecimal: what may be kept of it. */
  public static String digestOf(String token) {
    return HexFormat.of().formatHex(digest(token));
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
