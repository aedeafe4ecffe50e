package dev.countermand.detectors.grant;

import dev.countermand.detectors.Known;
import dev.countermand.model.Credential;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fingerprints that one credential has. There is more than one while the fingerprint key is
 * rotated, and of a registered credential also after it.
 *
 * @param registered what is registered of it, under any of them
 * @param fingerprints all of them, the current one first
 */
public record Names(Optional<Credential> registered, List<String> fingerprints) {

  /**
   * Looks a credential up: under its fingerprint, else under the one of the key before.
   *
   * @param previous the fingerprint under the key before; null when only one key holds
   */
  public static Names of(Known known, String fingerprint, @Nullable String previous) {
    Optional<Credential> registered = known.credential(fingerprint);
    if (previous == null && registered.isEmpty()) {
      return new Names(registered, List.of(fingerprint));
    }
    if (registered.isEmpty() && previous != null) {
      registered = known.credential(previous);
    }
    Set<String> all = new LinkedHashSet<>();
    all.add(fingerprint);
    if (previous != null) {
      all.add(previous);
    }
    registered.ifPresent(
        credential -> {
          all.add(credential.fingerprint());
          all.addAll(credential.previous());
        });
    return new Names(registered, List.copyOf(all));
  }

  /** The one by which containment finds it: that of the registration, else the current one. */
  public String key() {
    return registered.map(Credential::fingerprint).orElse(fingerprints.get(0));
  }
}
