package dev.countermand.detectors;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.util.List;

/**
 * The large part of an {@link AgentState}, which few actions change: an engine that keeps it apart
 * writes the rest for each action and this now and then. Where it is one action ahead of the rest,
 * because a process died between the two, the action adds nothing to it again. Immutable.
 *
 * @param lineage as in the state
 * @param calls as in the state
 * @param variables as in the state
 * @param extra fields of a newer schema, kept as they came
 */
public record AgentMemory(
    List<Sighting> lineage, List<String> calls, List<String> variables, Extra extra) {

  /** Nothing is remembered. */
  public static final AgentMemory NONE =
      new AgentMemory(List.of(), List.of(), List.of(), Extra.NONE);

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
}
