package dev.countermand.containment;

import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Credential;
import dev.countermand.runtime.crypto.Sealing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What the containment of every agent uses.
 *
 * @param credentials finds a credential by fingerprint: a registered one, else one that a gateway
 *     sealed
 * @param providers by the name credentials are registered with
 * @param timer for short tasks that only start others
 */
record Shared(
    Policy policy,
    Journal journal,
    Function<String, Optional<Credential>> credentials,
    Map<String, ProviderDesk> providers,
    Sealing.Opener opener,
    Approvals approvals,
    Holders holders,
    Budget budget,
    Pager pager,
    Others others,
    ScheduledExecutorService timer,
    Pacing pacing) {

  /** What makes the plans. */
  Planner planner() {
    return new Planner(this);
  }

  /** What is known of a credential that is to be taken away. */
  Standing standing(String fingerprint) {
    Optional<Credential> known = credentials.apply(fingerprint);
    return new Standing(
        fingerprint,
        known.orElse(null),
        known.map(credential -> providers.get(credential.provider())).orElse(null),
        policy.protectsCredential(fingerprint, known));
  }

  /** A credential as revokers see it, registered or not. */
  Target target(String fingerprint) {
    return credentials
        .apply(fingerprint)
        .map(credential -> Target.of(credential, opener).calledFor(fingerprint))
        .orElseGet(() -> Target.unregistered(fingerprint));
  }

  /** All fingerprints of a credential: of the key that makes them now, and of earlier ones. */
  Set<String> fingerprints(String fingerprint) {
    return fingerprints(credentials, fingerprint);
  }

  /** The same, of what is known already while the rest is put together. */
  static Set<String> fingerprints(
      Function<String, Optional<Credential>> credentials, String fingerprint) {
    Set<String> all = new LinkedHashSet<>(List.of(fingerprint));
    credentials
        .apply(fingerprint)
        .ifPresent(
            credential -> {
              all.add(credential.fingerprint());
              all.addAll(credential.previous());
            });
    return all;
  }
}
