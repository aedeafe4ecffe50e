package dev.countermand.containment;

import dev.countermand.model.Credential;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ContainmentSettings;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens that nobody registered, as gateways sealed them: the newest, since agents decide how many
 * there are. Thread-safe.
 */
final class SealedCredentials {
  static final int MAX = 100_000;

  private static final Logger log = LoggerFactory.getLogger(SealedCredentials.class);

  /** Of all sealed copies together, in characters. */
  private static final long MAX_CHARACTERS = 128L << 20;

  private final ContainmentSettings config;
  private final InstantSource clock;
  private final int max;
  private final long maxCharacters;
  // Oldest first. Both are guarded by this.
  private final Map<String, Credential> newest = new LinkedHashMap<>();
  private long characters;

  SealedCredentials(ContainmentSettings config, InstantSource clock) {
    this(config, clock, MAX, MAX_CHARACTERS);
  }

  SealedCredentials(ContainmentSettings config, InstantSource clock, int max, long maxCharacters) {
    this.config = config;
    this.clock = clock;
    this.max = max;
    this.maxCharacters = maxCharacters;
  }

  /** Takes what came on the topic; null for a removal. */
  synchronized void put(String fingerprint, @Nullable Credential credential) {
    drop(newest.remove(fingerprint));
    if (credential != null && isUsable(fingerprint, credential)) {
      newest.put(fingerprint, credential);
      characters += size(credential);
    }
    Iterator<Credential> oldest = newest.values().iterator();
    while (oldest.hasNext()) {
      Credential next = oldest.next();
      if (newest.size() <= max && characters <= maxCharacters && !isOld(next)) {
        break;
      }
      oldest.remove();
      drop(next);
    }
  }

  /**
   * A token with the provider that takes its kind, or {@link Credential#BY_KIND} where none does.
   */
  synchronized Optional<Credential> find(String fingerprint) {
    return Optional.ofNullable(newest.get(fingerprint))
        .filter(credential -> !isOld(credential))
        .map(
            credential ->
                credential.at(config.providerOf(credential.kind()).orElse(Credential.BY_KIND)));
  }

  synchronized int count() {
    return newest.size();
  }

  // With a handle a record here could have anything else revoked in the token's place.
  private static boolean isUsable(String fingerprint, Credential credential) {
    boolean isUsable =
        credential.fingerprint().equals(fingerprint)
            && credential.sealed() != null
            && credential.handle().isEmpty();
    if (!isUsable) {
      log.warn("A sealed record of credential {} is not one that a gateway writes", fingerprint);
    }
    return isUsable;
  }

  private boolean isOld(Credential credential) {
    return credential.time().plus(Topics.SEALED).isBefore(clock.instant());
  }

  private void drop(@Nullable Credential credential) {
    if (credential != null) {
      characters -= size(credential);
    }
  }

  private static int size(Credential credential) {
    String sealed = credential.sealed();
    return sealed == null ? 0 : sealed.length();
  }
}
