package dev.countermand.containment;

import dev.countermand.model.Rung;
import dev.countermand.model.TakenCredential;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the credentials of one agent, and of the same ones of others: looking again
 * after a credential was taken away would overwrite the way back. Confined to the agent's lane.
 */
final class WaysBack {
  private final Shared shared;
  private final AgentContainment agent;

  WaysBack(Shared shared, AgentContainment agent) {
    this.shared = shared;
    this.agent = agent;
  }

  /** What was taken from the agent, by this fingerprint or by one that another key made. */
  @Nullable TakenCredential own(String fingerprint) {
    Map<String, TakenCredential> taken = agent.record().taken();
    return shared.fingerprints(fingerprint).stream()
        .map(taken::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The way back as it is known, from this agent or another; empty when it is not. */
  Map<String, String> prior(String fingerprint) {
    return find(fingerprint).map(TakenCredential::prior).orElse(Map.of());
  }

  /** Whether the way back from a rung is known; a harder rung takes not all of a milder. */
  boolean isKnown(String fingerprint, Rung rung) {
    return find(fingerprint)
        .map(
            one ->
                one.prior().containsKey(Revocation.RUNGS)
                    ? List.of(one.prior().get(Revocation.RUNGS).split(" "))
                        .contains(rung.wireName())
                    : one.rung() == rung)
        .orElse(false);
  }

  private Optional<TakenCredential> find(String fingerprint) {
    TakenCredential own = own(fingerprint);
    return own != null && !own.prior().isEmpty()
        ? Optional.of(own)
        : shared.others().taken(agent.record().agentId(), fingerprint);
  }
}
