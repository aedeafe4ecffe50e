package dev.countermand.detectors.baseline;

import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Effect;
import dev.countermand.model.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Something that an agent, or where little is known of it, any of its peers, was never seen with.
 *
 * <p>How much that says depends on how often something new comes: of an agent that does something
 * new every day it says nothing. By Good and Turing (I. J. Good, The Population Frequencies of
 * Species, Biometrika 40, 1953) the probability that the next thing is new is estimated by how many
 * things were seen once, divided by how often anything was seen. Once is here on one day only, and
 * often in how many minutes: within a day the same is done again and again. One is added to both.
 *
 * @param trait what is new
 * @param subject who was never seen with it
 * @param seen what that subject was seen with
 * @param days for so many days
 * @param probability that the next thing is new, by Good and Turing
 * @param peers what is known of its peers, in a few words
 */
public record Novelty(
    Trait trait, String subject, Seen seen, long days, double probability, String peers) {
  /** Probability from which on nothing is said. */
  public static final double UNLIKELY = 5e-4;

  /**
   * What an action is known by that is new, and out of the ordinary because of that. Looks up two
   * baselines at most.
   *
   * @param effects what the action does to the world
   * @param peers the subject of the agent's peer group
   * @param asked which traits are asked about
   */
  public static List<Novelty> of(
      Known known, Action action, List<Effect> effects, String peers, Predicate<Trait> asked) {
    String agent = Features.agent(action.agentId());
    Optional<Baseline> own = known.baseline(agent, Baseline.SEEN);
    Optional<Baseline> group =
        own.isPresent() ? Optional.empty() : known.baseline(peers, Baseline.SEEN);
    if (own.isEmpty() && group.isEmpty()) {
      return List.of();
    }
    List<Trait> strange =
        Trait.of(action, effects).stream()
            .filter(trait -> !isKnown(own, trait) && asked.test(trait))
            .toList();
    if (strange.isEmpty()) {
      return List.of();
    }
    Optional<Baseline> others = group.or(() -> known.baseline(peers, Baseline.SEEN));
    Instant now = action.believedTime();
    return strange.stream()
        .flatMap(
            trait ->
                own
                    .flatMap(
                        baseline -> judged(agent, baseline, trait, now, told(peers, others, trait)))
                    .or(() -> newToAll(peers, others, trait, now))
                    .stream())
        .toList();
  }

  private static Optional<Novelty> newToAll(
      String peers, Optional<Baseline> others, Trait trait, Instant now) {
    return isKnown(others, trait)
        ? Optional.empty()
        : others.flatMap(
            baseline ->
                judged(peers, baseline, trait, now, "of the agent alone nothing can be said"));
  }

  private static boolean isKnown(Optional<Baseline> baseline, Trait trait) {
    return baseline.flatMap(one -> of(one, trait)).filter(seen -> has(seen, trait)).isPresent();
  }

  private static Optional<Novelty> judged(
      String subject, Baseline baseline, Trait trait, Instant now, String peers) {
    return of(baseline, trait)
        .filter(seen -> !seen.full())
        .filter(seen -> !seen.from().plus(trait.kind().known()).isAfter(now))
        .map(
            seen ->
                new Novelty(
                    trait,
                    subject,
                    seen,
                    Math.min(SeenTraits.KEPT.toDays(), Duration.between(seen.from(), now).toDays()),
                    Math.min(1, (seen.once() + 1) / (seen.times() + 1)),
                    peers))
        .filter(novelty -> novelty.probability() < UNLIKELY);
  }

  private static Optional<Seen> of(Baseline baseline, Trait trait) {
    return baseline.seen().stream()
        .filter(seen -> seen.kind().equals(trait.kind().wireName()))
        .findFirst();
  }

  private static boolean has(Seen seen, Trait trait) {
    return trait.digests().stream().anyMatch(seen::contains);
  }

  private static String told(String peers, Optional<Baseline> others, Trait trait) {
    Optional<Seen> theirs = others.flatMap(one -> of(one, trait));
    if (theirs.isEmpty() || theirs.get().full()) {
      return "what its peers, " + peers + ", are known for is not known";
    }
    return has(theirs.get(), trait)
        ? "its peers, " + peers + ", are known for it"
        : "nor were its peers, " + peers;
  }

  /** Whether peers stand in for an agent that little is known of. */
  public boolean ofPeers() {
    return subject.startsWith(Features.PEERS);
  }

  /** The numbers a person can check. */
  public List<String> because() {
    return List.of(
        String.format(
            Locale.ROOT,
            "%s %s: in %d days %s was not seen with it; %s",
            trait.kind().wireName(),
            trait.text(),
            days,
            subject,
            peers),
        String.format(
            Locale.ROOT,
            "seen were %d of the kind, %d of them on one day only, in %.0f minutes that count: the"
                + " probability that the next is new is %.1e, told of below %.0e",
            seen.size(),
            seen.once(),
            seen.times(),
            probability,
            UNLIKELY));
  }
}
