package dev.countermand.detectors;

import dev.countermand.detectors.baseline.Activity;
import dev.countermand.detectors.baseline.Burst;
import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.baseline.Followed;
import dev.countermand.detectors.baseline.Novelty;
import dev.countermand.detectors.baseline.Trait;
import dev.countermand.detectors.failureloop.Failures;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.detectors.refusal.RefusalReader;
import dev.countermand.detectors.refusal.Refusals;
import dev.countermand.model.Action;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.PeerGroup;
import dev.countermand.model.Phase;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one agent between its actions. Immutable. Whatever the agent does, its JSON
 * stays below {@value #MAX_BYTES} bytes; that of an agent that saw ten credentials has some 3 KB.
 *
 * @param sequence how many actions went into it
 * @param memory what few actions change; its fields stand among the state's own in the JSON
 * @param deletes how often it deletes; null before its first action
 * @param activity how often it did what of late
 * @param refusals how often it was refused in a row
 * @param failures how often it failed in a row
 * @param followed what it did of late with each credential and kind of resource
 * @param firsts what it was never seen with before and was told of within {@link #TOLD}: the hour,
 *     a colon and the digest; at most {@value #MAX_FIRSTS}
 * @param extra fields of a newer schema, kept as they came
 */
public record AgentState(
    long sequence,
    AgentMemory memory,
    @Nullable DeleteRate deletes,
    Activity activity,
    Refusals refusals,
    Failures failures,
    Followed followed,
    List<String> firsts,
    Extra extra) {

  /** Most that an agent is told of to do for the first time, within {@link #TOLD}. */
  public static final int MAX_FIRSTS = 32;

  /** So long what an agent did for the first time is not told of again. */
  public static final Duration TOLD = Duration.ofDays(1);

  /** Largest JSON of a state, in bytes. */
  public static final int MAX_BYTES = 512 * 1024;

  /** The state of an agent that did nothing yet. */
  public static final AgentState EMPTY =
      new AgentState(
          0,
          AgentMemory.NONE,
          null,
          Activity.NONE,
          Refusals.NONE,
          Failures.NONE,
          Followed.NONE,
          List.of(),
          Extra.NONE);

  private static final RefusalReader REFUSED = RefusalReader.standard();

  private static final DocumentCodec.Builder<AgentState> FIELDS =
      DocumentCodec.builder("agent state");
  private static final Field<AgentState, Long> SEQUENCE =
      FIELDS.integer("sequence", AgentState::sequence);
  private static final Field<AgentState, List<Sighting>> LINEAGE =
      FIELDS.list("lineage", Sighting.CODEC, state -> state.memory().lineage());
  private static final Field<AgentState, DeleteRate> DELETES =
      FIELDS.object("deletes", DeleteRate.CODEC, AgentState::deletes);
  private static final Field<AgentState, List<String>> CALLS =
      FIELDS.strings("calls", state -> state.memory().calls());

  private static final Field<AgentState, List<String>> VARIABLES =
      FIELDS.strings("variables", state -> state.memory().variables());
  private static final Field<AgentState, String> ACTIVITY =
      FIELDS.string("activity", state -> state.encodedActivity());
  private static final Field<AgentState, List<String>> FOLLOWED =
      FIELDS.strings("followed", state -> state.followed().entries());
  private static final Field<AgentState, List<String>> FIRSTS =
      FIELDS.strings("firsts", AgentState::firsts);

  private static final Field<AgentState, Refusals> REFUSALS =
      FIELDS.object("refusals", Refusals.CODEC, state -> state.rowOfRefusals());

  private static final Field<AgentState, Failures> FAILURES =
      FIELDS.object("failures", Failures.CODEC, state -> state.rowOfFailures());

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<AgentState> CODEC =
      FIELDS.build(
          v ->
              new AgentState(
                  v.get(SEQUENCE),
                  new AgentMemory(
                      v.getOr(LINEAGE, List.of()),
                      v.getOr(CALLS, List.of()),
                      v.getOr(VARIABLES, List.of()),
                      Extra.NONE),
                  v.find(DELETES),
                  Activity.decode(v.getOr(ACTIVITY, "")),
                  v.getOr(REFUSALS, Refusals.NONE),
                  v.getOr(FAILURES, Failures.NONE),
                  new Followed(v.getOr(FOLLOWED, List.of())),
                  v.getOr(FIRSTS, List.of()),
                  v.extra()),
          AgentState::extra);

  /** The state with another memory. */
  public AgentState with(AgentMemory other) {
    return new AgentState(
        sequence, other, deletes, activity, refusals, failures, followed, firsts, extra);
  }

  /** The state after one more action with its effects. */
  AgentState plus(Action action, List<Effect> effects, Scope scope, Known known) {
    // A collector may know an event's time badly; it never happened after it was received.
    Instant time = action.time().isAfter(action.received()) ? action.received() : action.time();
    DeleteRate rate = deletes == null ? DeleteRate.startingAt(action.agentId(), time) : deletes;
    int removals = Situation.removals(effects).size();
    if (removals > 0 && (action.phase() == Phase.ATTEMPT || !memory.holds(action))) {
      rate = rate.plus(time, removals);
    }
    String peers = PeerGroup.of(action, scope.profile().orElse(null)).subject();
    boolean isRefused = REFUSED.refused(action);
    return new AgentState(
        sequence + 1,
        memory.plus(action, effects, scope),
        rate,
        active(action, effects, known, peers),
        isRefused
            ? refusals.refused(action, AgentMemory.callKey(action))
            : refusals.plus(action, effects),
        isRefused ? failures : failures.plus(action),
        followed.plus(action.believedTime(), Features.followed(action, effects), known),
        firsts(action, effects, known, peers),
        extra);
  }

  /** What was told of lately, with what is now for the first time. */
  private List<String> firsts(Action action, List<Effect> effects, Known known, String peers) {
    long hour = hour(action.believedTime());
    List<Novelty> news = Novelty.of(known, action, effects, peers, trait -> !isTold(trait, hour));
    if (news.isEmpty()) {
      return firsts;
    }
    List<String> told = new ArrayList<>(firsts);
    told.removeIf(one -> hour - hour(one) >= TOLD.toHours());
    news.stream()
        .limit(Math.max(0, MAX_FIRSTS - told.size()))
        .forEach(one -> told.add(hour + ":" + one.trait().digest()));
    return List.copyOf(told);
  }

  private boolean isTold(Trait trait, long hour) {
    return firsts.stream()
        .anyMatch(one -> one.endsWith(":" + trait.digest()) && hour - hour(one) < TOLD.toHours());
  }

  /** Whether something is told of now and was not before. */
  public boolean toldOf(Trait trait, AgentState before) {
    return firsts.stream()
        .anyMatch(one -> one.endsWith(":" + trait.digest()) && !before.firsts.contains(one));
  }

  private static long hour(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), Duration.ofHours(1).toSeconds());
  }

  private static long hour(String first) {
    return Long.parseLong(first.substring(0, first.indexOf(':')));
  }

  /** What the agent did of late, with this action, and what that means to those who know it. */
  private Activity active(Action action, List<Effect> effects, Known known, String peers) {
    Map<Feature, Long> counts = Features.unscored(action, effects);
    Activity after = activity.plus(action.believedTime(), counts);
    for (Feature feature : Burst.features(action, counts)) {
      int level =
          Burst.of(after, feature, known, action.agentId(), peers).map(Burst::level).orElse(0);
      after = after.judged(feature, level);
    }
    return after;
  }

  /** The state when the answer to an attempt is known. */
  AgentState answered(Action action, Decision decision) {
    if (action.phase() != Phase.ATTEMPT || decision != Decision.DENY) {
      return this;
    }
    return new AgentState(
        sequence,
        memory,
        deletes,
        activity.plus(action.believedTime(), Map.of(Feature.DENIALS, 1L)),
        refusals.denied(action, AgentMemory.callKey(action)),
        failures,
        followed,
        firsts,
        extra);
  }

  private @Nullable String encodedActivity() {
    String text = activity.encode();
    return text.isEmpty() ? null : text;
  }

  private @Nullable Refusals rowOfRefusals() {
    return refusals.count() == 0 ? null : refusals;
  }

  private @Nullable Failures rowOfFailures() {
    return failures.count() == 0 ? null : failures;
  }

  /** The same state with another sequence number. */
  public AgentState at(long number) {
    return new AgentState(
        number, memory, deletes, activity, refusals, failures, followed, firsts, extra);
  }
}
