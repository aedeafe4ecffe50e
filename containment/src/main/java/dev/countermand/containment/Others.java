package dev.countermand.containment;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.TakenCredential;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What was taken away from other agents, those of other processes included, as their records tell
 * it. A credential is the same by whichever of its fingerprints it was taken. Thread-safe.
 */
final class Others {
  private final Supplier<List<ContainmentState>> states;
  private final Supplier<CompletableFuture<Void>> upToNow;
  private final Function<String, Set<String>> fingerprints;

  /**
   * A credential of an agent.
   *
   * @param taken as it was taken from that agent
   */
  record Held(String agentId, TakenCredential taken) {}

  /**
   * @param states the last known record of every agent
   * @param upToNow completes when {@code states} has all that was written before
   * @param fingerprints all that the credential of a fingerprint is known by
   */
  Others(
      Supplier<List<ContainmentState>> states,
      Supplier<CompletableFuture<Void>> upToNow,
      Function<String, Set<String>> fingerprints) {
    this.states = states;
    this.upToNow = upToNow;
    this.fingerprints = fingerprints;
  }

  /** Completes when all is known here that any process had written before this was called. */
  CompletableFuture<Void> upToNow() {
    return upToNow.get();
  }

  /** The credential as it was taken from an agent that is contained still, also while released. */
  Optional<TakenCredential> taken(String agentId, String fingerprint) {
    return contained(agentId, fingerprint, state -> true).map(Held::taken).findFirst();
  }

  /**
   * The contained agents that keep a credential taken away: not those that are being released. The
   * one that it was taken furthest for comes first.
   */
  List<Held> holding(String agentId, String fingerprint) {
    return contained(agentId, fingerprint, state -> !Ledger.isReleasing(state))
        .sorted(Comparator.comparing((Held held) -> held.taken().rung()).reversed())
        .toList();
  }

  private Stream<Held> contained(
      String agentId, String fingerprint, Predicate<ContainmentState> which) {
    Set<String> same = fingerprints.apply(fingerprint);
    return states.get().stream()
        .filter(state -> !state.agentId().equals(agentId))
        .filter(state -> state.status() == ContainmentStatus.CONTAINED)
        .filter(state -> state.credentials().stream().anyMatch(taken -> isOf(same, taken)))
        .filter(which)
        .flatMap(
            state ->
                state.credentials().stream()
                    .filter(taken -> isOf(same, taken))
                    .map(taken -> new Held(state.agentId(), taken)));
  }

  // Without a way back nothing was begun.
  private static boolean isOf(Set<String> same, TakenCredential taken) {
    return same.contains(taken.fingerprint()) && !taken.prior().isEmpty();
  }
}
