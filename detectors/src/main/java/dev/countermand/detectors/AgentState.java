package dev.countermand.detectors;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.countermand.detectors.understand.Taints;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Phase;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one agent between its actions. Immutable. Whatever the agent does, its JSON
 * stays below {@value #MAX_BYTES} bytes; that of an agent that saw ten credentials has some 3 KB.
 *
 * @param sequence how many actions went into it
 * @param lineage the first sighting of each credential, the oldest first; at most {@value
 *     #MAX_SIGHTINGS}
 * @param deletes how often it deletes; null before its first action
 * @param calls keys of the latest attempts that would delete, or touch what guards the agent, the
 *     oldest first; at most {@value #MAX_CALLS}
 * @param variables what the agent's commands read from files into variables, {@code name=file}, the
 *     oldest first; at most {@value #MAX_VARIABLES}
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
    List<Sighting> lineage,
    @Nullable DeleteRate deletes,
    List<String> calls,
    List<String> variables,
    Activity activity,
    Refusals refusals,
    Failures failures,
    Followed followed,
    List<String> firsts,
    Extra extra) {

  /** Most credentials whose first sighting is remembered. */
  public static final int MAX_SIGHTINGS = 256;

  /** How long a first sighting is remembered. */
  public static final Duration KEPT = Duration.ofDays(30);

  /** Most attempts that are remembered. */
  public static final int MAX_CALLS = 128;

  /** Most variables that are remembered. */
  public static final int MAX_VARIABLES = 32;

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
          List.of(),
          null,
          List.of(),
          List.of(),
          Activity.NONE,
          Refusals.NONE,
          Failures.NONE,
          Followed.NONE,
          List.of(),
          Extra.NONE);

  private static final int CALL_KEY_BYTES = 12;
  private static final RefusalReader REFUSED = RefusalReader.standard();

  private static final DocumentCodec.Builder<AgentState> FIELDS =
      DocumentCodec.builder("agent state");
  private static final Field<AgentState, Long> SEQUENCE =
      FIELDS.integer("sequence", AgentState::sequence);
  private static final Field<AgentState, List<Sighting>> LINEAGE =
      FIELDS.list("lineage", Sighting.CODEC, AgentState::lineage);
  private static final Field<AgentState, DeleteRate> DELETES =
      FIELDS.object("deletes", DeleteRate.CODEC, AgentState::deletes);
  private static final Field<AgentState, List<String>> CALLS =
      FIELDS.strings("calls", AgentState::calls);

  private static final Field<AgentState, List<String>> VARIABLES =
      FIELDS.strings("variables", AgentState::variables);
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
                  v.getOr(LINEAGE, List.of()),
                  v.find(DELETES),
                  v.getOr(CALLS, List.of()),
                  v.getOr(VARIABLES, List.of()),
                  Activity.decode(v.getOr(ACTIVITY, "")),
                  v.getOr(REFUSALS, Refusals.NONE),
                  v.getOr(FAILURES, Failures.NONE),
                  new Followed(v.getOr(FOLLOWED, List.of())),
                  v.getOr(FIRSTS, List.of()),
                  v.extra()),
          AgentState::extra);

  /** What few actions change. */
  public AgentMemory memory() {
    return new AgentMemory(lineage, calls, variables, Extra.NONE);
  }

  /** The state with that in the place of what few actions change. */
  public AgentState with(AgentMemory memory) {
    return new AgentState(
        sequence,
        memory.lineage(),
        deletes,
        memory.calls(),
        memory.variables(),
        activity,
        refusals,
        failures,
        followed,
        firsts,
        extra);
  }

  /** Where the agent first came across a credential, if that is still remembered. */
  public Optional<Sighting> sighting(String fingerprint) {
    return sighting(List.of(fingerprint));
  }

  /** The same for a credential that has several fingerprints. */
  public Optional<Sighting> sighting(List<String> fingerprints) {
    return lineage.stream().filter(sighting -> sighting.isOf(fingerprints)).findFirst();
  }

  /** The state after one more action with its effects. */
  AgentState plus(Action action, List<Effect> effects, Scope scope, Known known) {
    // A collector may know an event's time badly; it never happened after it was received.
    Instant time = action.time().isAfter(action.received()) ? action.received() : action.time();
    DeleteRate rate = deletes == null ? DeleteRate.startingAt(action.agentId(), time) : deletes;
    int removals = Situation.removals(effects).size();
    List<String> remembered = calls;
    if (removals > 0 || Situation.touchesGuard(effects)) {
      String call = callKey(action);
      boolean attempt = action.phase() == Phase.ATTEMPT;
      if (attempt || !calls.contains(call)) {
        rate = removals > 0 ? rate.plus(time, removals) : rate;
      }
      remembered = attempt ? appended(calls, call) : calls;
    }
    boolean isRefused = REFUSED.refused(action);
    return new AgentState(
        sequence + 1,
        sightings(action, scope),
        rate,
        remembered,
        tainted(action),
        active(action, effects, known),
        isRefused ? refusals.refused(action, callKey(action)) : refusals.plus(action, effects),
        isRefused ? failures : failures.plus(action),
        followed.plus(action.believedTime(), Features.followed(action, effects), known),
        firsts(action, effects, known),
        extra);
  }

  /** What was told of lately, with what is now for the first time. */
  private List<String> firsts(Action action, List<Effect> effects, Known known) {
    long hour = hour(action.believedTime());
    List<Novelty> news = Novelty.of(known, action, effects, trait -> !isTold(trait, hour));
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
  private Activity active(Action action, List<Effect> effects, Known known) {
    Map<Feature, Long> counts = Features.unscored(action, effects);
    Activity after = activity.plus(action.believedTime(), counts);
    for (Feature feature : Burst.features(action, counts)) {
      int level =
          Burst.of(after, feature, known, action.agentId(), Features.peers(action))
              .map(Burst::level)
              .orElse(0);
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
        lineage,
        deletes,
        calls,
        variables,
        activity.plus(action.believedTime(), Map.of(Feature.DENIALS, 1L)),
        refusals.denied(action, callKey(action)),
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
        number, lineage, deletes, calls, variables, activity, refusals, failures, followed, firsts,
        extra);
  }

  /**
   * What an attempt and the result of the same call have in common: session and call id, or without
   * a call id the tool and its input. A digest, so that its size does not depend on the agent.
   */
  static String callKey(Action action) {
    JsonNode input = action.input();
    String call =
        action.callId() != null
            ? "id\n" + action.callId()
            : "input\n" + action.tool() + "\n" + action.command() + "\n" + input;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((action.sessionId() + "\n" + call).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, CALL_KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private List<Sighting> sightings(Action action, Scope scope) {
    if (action.credentials().isEmpty()) {
      return lineage;
    }
    Map<String, Integer> places = new HashMap<>();
    List<Sighting> all = new ArrayList<>(lineage);
    all.removeIf(sighting -> !sighting.time().plus(KEPT).isAfter(action.received()));
    for (int i = all.size() - 1; i >= 0; i--) {
      place(places, all.get(i), i);
    }
    for (CredentialMention mention : action.credentials()) {
      Sighting sighting = Sighting.of(action, mention, scope);
      Integer known =
          Stream.concat(
                  Stream.of(sighting.fingerprint()),
                  scope.names(mention.fingerprint(), mention.previous()).fingerprints().stream())
              .map(places::get)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      if (known == null) {
        all.add(sighting);
        place(places, sighting, all.size() - 1);
      } else {
        all.set(known, all.get(known).renamed(sighting));
        place(places, all.get(known), known);
      }
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - MAX_SIGHTINGS), all.size()));
  }

  private static void place(Map<String, Integer> places, Sighting sighting, int at) {
    places.put(sighting.fingerprint(), at);
    if (sighting.previous() != null) {
      places.put(sighting.previous(), at);
    }
  }

  /** The file that a variable's value was read from, if one of the agent's commands did that. */
  public Optional<String> fileOf(String variable) {
    String own = variable + "=";
    String all = Taints.ALL + "=";
    for (int i = variables.size() - 1; i >= 0; i--) {
      String one = variables.get(i);
      if (one.startsWith(own) || one.startsWith(all)) {
        return Optional.of(one.substring(one.indexOf('=') + 1));
      }
    }
    return Optional.empty();
  }

  private List<String> tainted(Action action) {
    if (action.phase() != Phase.ATTEMPT) {
      return variables;
    }
    Map<String, String> assigned = Taints.of(action.command()).assigned();
    if (assigned.isEmpty()) {
      return variables;
    }
    List<String> longer = new ArrayList<>(variables);
    assigned.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            one -> {
              longer.removeIf(known -> known.startsWith(one.getKey() + "="));
              longer.add(one.getKey() + "=" + one.getValue());
            });
    return List.copyOf(longer.subList(Math.max(0, longer.size() - MAX_VARIABLES), longer.size()));
  }

  private static List<String> appended(List<String> list, String one) {
    List<String> longer = new ArrayList<>(list);
    longer.remove(one);
    longer.add(one);
    return List.copyOf(longer.subList(Math.max(0, longer.size() - MAX_CALLS), longer.size()));
  }
}
