package dev.countermand.containment;

import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.TakenCredential;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the credentials of one agent, and of the same ones of others: looking again
 * after a credential was taken away would overwrite the way back. Confined to the agent's lane.
 */
final class WaysBack {
  /** The key of a way back under which the rungs stand that it leads back from. */
  private static final String RUNGS = "rungs";

  private static final String GRADE = "grade";
  private static final String BLAST_RADIUS = "blast_radius";

  /** Characters of all ways back of an agent, which stand in one record. */
  private static final long MAX_LENGTH = 1_000_000;

  /** Nothing is left alive longer than this because the records of others cannot be read. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

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
                one.prior().containsKey(RUNGS)
                    ? rungs(one.prior()).contains(rung.wireName())
                    : one.rung() == rung)
        .orElse(false);
  }

  private Optional<TakenCredential> find(String fingerprint) {
    TakenCredential own = own(fingerprint);
    return own != null && !own.prior().isEmpty()
        ? Optional.of(own)
        : shared.others().taken(agent.record().agentId(), fingerprint);
  }

  /**
   * The way back from one more rung. It is never empty, so that a record with a way back tells that
   * the intent was recorded.
   *
   * @param known the way back from what was taken before; what it says is not overwritten
   */
  static Map<String, String> of(Plan plan, Rung rung, Map<String, String> known) {
    Map<String, String> all = new LinkedHashMap<>(plan.prior());
    all.putAll(known);
    all.put(RUNGS, (known.getOrDefault(RUNGS, "") + " " + rung.wireName()).strip());
    all.put(GRADE, plan.grade().wireName());
    all.put(BLAST_RADIUS, plan.blastRadius());
    return all;
  }

  /**
   * Completes when all ways back are known that other agents had recorded before, or it took too
   * long. To be asked for between this agent's intent and its act: whose act came before this
   * agent's look has recorded its way back by then, and who records one later looks at this one's.
   */
  CompletableFuture<Void> ofOthersUpToNow() {
    return shared
        .others()
        .upToNow()
        .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(closed -> null);
  }

  /**
   * A way back, corrected by that of another agent that has taken the same credential.
   *
   * @param mine that of this agent, which has asked for no act yet
   */
  Map<String, String> withThatOfOthers(String fingerprint, Map<String, String> mine) {
    Map<String, String> theirs =
        shared
            .others()
            .taken(agent.record().agentId(), fingerprint)
            .map(TakenCredential::prior)
            .orElse(Map.of());
    Map<String, String> all = new LinkedHashMap<>(mine);
    all.putAll(theirs);
    Set<String> rungs = new LinkedHashSet<>(rungs(theirs));
    rungs.addAll(rungs(mine));
    all.put(RUNGS, String.join(" ", rungs));
    all.put(GRADE, mine.getOrDefault(GRADE, ""));
    all.put(BLAST_RADIUS, mine.getOrDefault(BLAST_RADIUS, ""));
    return all;
  }

  private static List<String> rungs(Map<String, String> prior) {
    return Stream.of(prior.getOrDefault(RUNGS, "").split(" "))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * Refuses a way back that does not fit beside those of the agent's other credentials.
   *
   * @throws RevokerException final
   */
  void requireRoom(Target target, Map<String, String> prior) {
    long others =
        agent.record().taken().values().stream()
            .filter(taken -> !taken.fingerprint().equals(target.fingerprint()))
            .mapToLong(taken -> length(taken.prior()))
            .sum();
    if (others + length(prior) > MAX_LENGTH) {
      throw RevokerException.fatal(
          "The way back from "
              + target.rung().wireName()
              + " of "
              + target.name()
              + " is too long to be remembered beside those of the agent's other credentials."
              + " Order suspend, which needs less.");
    }
  }

  private static long length(Map<String, String> prior) {
    return prior.entrySet().stream()
        .mapToLong(entry -> (long) entry.getKey().length() + entry.getValue().length())
        .sum();
  }
}
