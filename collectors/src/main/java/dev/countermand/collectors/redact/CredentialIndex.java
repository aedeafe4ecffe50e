package dev.countermand.collectors.redact;

import dev.countermand.model.Credential;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The registered credentials as the redactor asks for them: by fingerprint, under the current key
 * or an earlier one, and by length. Written by one thread, read by any.
 */
public final class CredentialIndex implements RegisteredSecrets {
  private static final int MAX = KnownSecrets.MAX;

  private final Map<String, Credential> registered = new ConcurrentHashMap<>();
  private final Map<String, Integer> fingerprints = new ConcurrentHashMap<>();
  // How many credentials have each length; those of which it is not known stand at 0.
  private final AtomicIntegerArray lengths = new AtomicIntegerArray(MAX + 1);

  /** An index of these; more can be put. */
  public static CredentialIndex of(Iterable<Credential> credentials) {
    CredentialIndex index = new CredentialIndex();
    credentials.forEach(credential -> index.put(credential.fingerprint(), credential));
    return index;
  }

  /** Puts what is registered under a key in the place of what was; null for nothing. */
  public void put(String key, @Nullable Credential credential) {
    // The new one first: what stays registered is never unknown in between.
    if (credential != null) {
      count(credential, 1);
    }
    Credential before =
        credential == null ? registered.remove(key) : registered.put(key, credential);
    if (before != null) {
      count(before, -1);
    }
  }

  private void count(Credential credential, int by) {
    count(credential.fingerprint(), by);
    credential.previous().forEach(fingerprint -> count(fingerprint, by));
    Long length = credential.length();
    if (length == null || length <= 0) {
      lengths.addAndGet(0, by);
    } else if (length <= MAX) {
      lengths.addAndGet(length.intValue(), by);
    }
  }

  private void count(String fingerprint, int by) {
    fingerprints.compute(
        fingerprint,
        (same, count) -> {
          int now = (count == null ? 0 : count) + by;
          return now == 0 ? null : now;
        });
  }

  @Override
  public boolean has(String fingerprint) {
    return fingerprints.containsKey(fingerprint);
  }

  @Override
  public boolean mayHaveLength(int length) {
    return lengths.get(0) > 0 || (length > 0 && length <= MAX && lengths.get(length) > 0);
  }
}
