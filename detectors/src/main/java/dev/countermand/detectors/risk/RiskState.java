package dev.countermand.detectors.risk;

import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a subject risky. Immutable.
 *
 * <p>Of each kind of finding the one is kept that weighs most. All weights halve together, so that
 * one weighs most at every instant or at none: which ones are kept, and the score, do not depend on
 * the order in which findings come, nor on how often one comes. Bounded by {@value #MAX_KINDS}
 * kinds, of which the strongest stay, and by {@link #WORTHLESS}.
 *
 * @param contributions one for each kind, by the names of the kinds
 * @param latest when the newest finding was
 * @param settled findings up to this instant do not count, because a person released the agent;
 *     null when nobody did
 * @param extra fields of a newer schema, kept as they came
 */
public record RiskState(
    List<RiskContribution> contributions, Instant latest, @Nullable Instant settled, Extra extra) {

  /** Most kinds of findings. */
  public static final int MAX_KINDS = 64;

  /** What weighs less is forgotten: a critical finding ten half-lives old. */
  public static final double WORTHLESS = 0.001;

  /** The state of a subject of which nothing was found yet. */
  public static final RiskState EMPTY = new RiskState(List.of(), Instant.EPOCH, null, Extra.NONE);

  /** Lists are copied. */
  public RiskState {
    contributions = List.copyOf(contributions);
  }

  private static final DocumentCodec.Builder<RiskState> FIELDS =
      DocumentCodec.builder("risk state");
  private static final Field<RiskState, List<RiskContribution>> CONTRIBUTIONS =
      FIELDS.list("contributions", RiskContribution.CODEC, RiskState::contributions);
  private static final Field<RiskState, Instant> LATEST =
      FIELDS.instant("latest", RiskState::latest);
  private static final Field<RiskState, Instant> SETTLED =
      FIELDS.instant("settled", RiskState::settled);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<RiskState> CODEC =
      FIELDS.build(
          v ->
              new RiskState(
                  v.getOr(CONTRIBUTIONS, List.of()), v.get(LATEST), v.find(SETTLED), v.extra()),
          RiskState::extra);

  /** The state with one more finding. */
  public RiskState plus(Signal signal, Duration halfLife) {
    Instant now = signal.time().isAfter(latest) ? signal.time() : latest;
    RiskContribution fresh =
        new RiskContribution(
            signal.kind(),
            signal.severity(),
            signal.weight(),
            signal.time(),
            signal.findingId(),
            1,
            Extra.NONE);
    Comparator<RiskContribution> weaker = weaker(halfLife);
    List<RiskContribution> next = new ArrayList<>();
    for (RiskContribution known : contributions) {
      if (known.kind().equals(fresh.kind())) {
        RiskContribution stronger = weaker.compare(known, fresh) >= 0 ? known : fresh;
        fresh = counted(stronger, known.count() + 1);
      } else {
        next.add(known);
      }
    }
    next.add(fresh);
    next.removeIf(one -> one.weightAt(now, halfLife) < WORTHLESS || isSettled(one));
    if (next.size() > MAX_KINDS) {
      next.remove(next.stream().min(weaker).orElseThrow());
    }
    next.sort(Comparator.comparing(RiskContribution::kind));
    return new RiskState(next, now, settled, extra);
  }

  /** The state after a person released the agent: what came before does not count any more. */
  public RiskState settledAt(Instant time) {
    if (settled != null && !time.isAfter(settled)) {
      return this;
    }
    RiskState next = new RiskState(contributions, latest, time, extra);
    return new RiskState(
        contributions.stream().filter(one -> !next.isSettled(one)).toList(), latest, time, extra);
  }

  /** 0 to 100 at the time of the newest finding. */
  public double score(Duration halfLife) {
    return Risk.score(contributions, latest, halfLife);
  }

  /** Whether nothing of it weighs anything at an instant. */
  public boolean isWorthlessAt(Instant at, Duration halfLife) {
    return contributions.stream().allMatch(one -> one.weightAt(at, halfLife) < WORTHLESS);
  }

  private boolean isSettled(RiskContribution one) {
    return settled != null && !one.time().isAfter(settled);
  }

  /**
   * By what they weigh, which is the same order at every instant: of w·2^(-(now-t)/h) the logarithm
   * is log2(w) + t/h and something that is the same for all.
   */
  private static Comparator<RiskContribution> weaker(Duration halfLife) {
    return Comparator.comparingDouble(
            (RiskContribution one) ->
                Math.log(one.weight()) / Math.log(2)
                    + (double) one.time().toEpochMilli() / halfLife.toMillis())
        .thenComparing(RiskContribution::time)
        .thenComparing(RiskContribution::findingId)
        .thenComparing(RiskContribution::kind);
  }

  private static RiskContribution counted(RiskContribution one, long count) {
    return new RiskContribution(
        one.kind(), one.severity(), one.weight(), one.time(), one.findingId(), count, one.extra());
  }
}
