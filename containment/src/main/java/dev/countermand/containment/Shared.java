package dev.countermand.containment;

import dev.countermand.containment.revoker.Target;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Credential;
import dev.countermand.model.TakenCredential;
import dev.countermand.runtime.crypto.Sealing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the containment of every agent uses.
 *
 * @param credentials finds a credential by fingerprint: a registered one, else one that a gateway
 *     sealed
 * @param providers by the name credentials are registered with
 * @param states what is known about all agents, those of other processes included
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
    Supplier<List<ContainmentState>> states,
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

  /** The same credential as it was taken from another agent that is still contained. */
  Optional<TakenCredential> takenElsewhere(String agentId, String fingerprint) {
    return states.get().stream()
        .filter(state -> !state.agentId().equals(agentId))
        .filter(state -> state.status() == ContainmentStatus.CONTAINED)
        .flatMap(state -> state.credentials().stream())
        .filter(taken -> taken.fingerprint().equals(fingerprint) && !taken.prior().isEmpty())
        .findFirst();
  }
}
