package dev.countermand.detectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.detectors.understand.Taints;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Phase;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The large part of an {@link AgentState}, which few actions change: an engine that keeps it apart
 * writes the rest for each action and this now and then. Where it is one action ahead of the rest,
 * because a process died between the two, the action adds nothing to it again. Immutable.
 *
 * @param lineage the first sighting of each credential, the oldest first; at most {@value
 *     #MAX_SIGHTINGS}
 * @param calls keys of the latest attempts that would delete, or touch what guards the agent, the
 *     oldest first; at most {@value #MAX_CALLS}
 * @param variables what the agent's commands read from files into variables, {@code name=file}, the
 *     oldest first; at most {@value #MAX_VARIABLES}
 * @param extra fields of a newer schema, kept as they came
 */
public record AgentMemory(
    List<Sighting> lineage, List<String> calls, List<String> variables, Extra extra) {

  /** Most credentials whose first sighting is remembered. */
  public static final int MAX_SIGHTINGS = 256;

  /** How long a first sighting is remembered. */
  public static final Duration KEPT = Duration.ofDays(30);

  /** Most attempts that are remembered. */
  public static final int MAX_CALLS = 128;

  /** Most variables that are remembered. */
  public static final int MAX_VARIABLES = 32;

  /** Nothing is remembered. */
  public static final AgentMemory NONE =
      new AgentMemory(List.of(), List.of(), List.of(), Extra.NONE);

  private static final int CALL_KEY_BYTES = 12;

  private static final DocumentCodec.Builder<AgentMemory> FIELDS =
      DocumentCodec.builder("agent memory");
  private static final Field<AgentMemory, List<Sighting>> LINEAGE =
      FIELDS.list("lineage", Sighting.CODEC, AgentMemory::lineage);
  private static final Field<AgentMemory, List<String>> CALLS =
      FIELDS.strings("calls", AgentMemory::calls);
  private static final Field<AgentMemory, List<String>> VARIABLES =
      FIELDS.strings("variables", AgentMemory::variables);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<AgentMemory> CODEC =
      FIELDS.build(
          v ->
              new AgentMemory(
                  v.getOr(LINEAGE, List.of()),
                  v.getOr(CALLS, List.of()),
                  v.getOr(VARIABLES, List.of()),
                  v.extra()),
          AgentMemory::extra);

  /**
   * Where the agent first came across a credential of these fingerprints, if that is remembered.
   */
  public Optional<Sighting> sighting(List<String> fingerprints) {
    return lineage.stream().filter(sighting -> sighting.isOf(fingerprints)).findFirst();
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

  /** Whether the attempt of the same call is among those that are remembered. */
  boolean holds(Action action) {
    return calls.contains(callKey(action));
  }

  /** The memory after one more action with its effects. */
  AgentMemory plus(Action action, List<Effect> effects, Scope scope) {
    List<Sighting> seen = sightings(action, scope);
    List<String> attempts = attempted(action, effects);
    List<String> read = tainted(action);
    return seen == lineage && attempts == calls && read == variables
        ? this
        : new AgentMemory(seen, attempts, read, extra);
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
    return latest(all, MAX_SIGHTINGS);
  }

  private static void place(Map<String, Integer> places, Sighting sighting, int at) {
    places.put(sighting.fingerprint(), at);
    if (sighting.previous() != null) {
      places.put(sighting.previous(), at);
    }
  }

  private List<String> attempted(Action action, List<Effect> effects) {
    boolean isWatched =
        action.phase() == Phase.ATTEMPT
            && (!Situation.removals(effects).isEmpty() || Situation.touchesGuard(effects));
    if (!isWatched) {
      return calls;
    }
    List<String> longer = new ArrayList<>(calls);
    String call = callKey(action);
    longer.remove(call);
    longer.add(call);
    return latest(longer, MAX_CALLS);
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
    return latest(longer, MAX_VARIABLES);
  }

  private static <T> List<T> latest(List<T> all, int most) {
    return List.copyOf(all.subList(Math.max(0, all.size() - most), all.size()));
  }
}
