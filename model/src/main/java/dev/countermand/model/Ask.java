package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that waits at a gateway until a person answers, and how its wait ended.
 *
 * @param actionId the attempt; the key of the topic
 * @param since when it began to wait
 * @param until when it waits no longer, whether anybody has answered or not
 * @param agentId the agent
 * @param reason why a person is asked
 * @param tool the tool it would use
 * @param command what it would do, redacted and whole
 * @param outcome how the wait ended, in a word; null while it has not. A gateway that crashed never
 *     tells
 * @param extra fields of a newer schema, kept as they came
 */
public record Ask(
    String actionId,
    Instant since,
    Instant until,
    String agentId,
    String reason,
    @Nullable String tool,
    @Nullable String command,
    @Nullable String outcome,
    Extra extra) {

  private static final DocumentCodec.Builder<Ask> FIELDS = DocumentCodec.builder("Ask");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.ask");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<Ask, String> ACTION_ID = FIELDS.string("event.id", Ask::actionId);
  private static final Field<Ask, Instant> SINCE = FIELDS.instant("@timestamp", Ask::since);
  private static final Field<Ask, Instant> UNTIL = FIELDS.instant("event.end", Ask::until);
  private static final Field<Ask, String> AGENT_ID = FIELDS.string("gen_ai.agent.id", Ask::agentId);
  private static final Field<Ask, String> REASON = FIELDS.string("message", Ask::reason);
  private static final Field<Ask, String> TOOL = FIELDS.string("gen_ai.tool.name", Ask::tool);
  private static final Field<Ask, String> COMMAND =
      FIELDS.string("process.command_line", Ask::command);
  private static final Field<Ask, String> OUTCOME =
      FIELDS.string("countermand.ask.outcome", Ask::outcome);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Ask> CODEC =
      FIELDS.build(
          v ->
              new Ask(
                  v.get(ACTION_ID),
                  v.get(SINCE),
                  v.get(UNTIL),
                  v.get(AGENT_ID),
                  v.get(REASON),
                  v.find(TOOL),
                  v.find(COMMAND),
                  v.find(OUTCOME),
                  v.extra()),
          Ask::extra);

  /** Whether an answer still reaches the attempt, as far as is known. */
  public boolean isOpen(Instant now) {
    return outcome == null && now.isBefore(until);
  }

  /** The same, ended. */
  public Ask ended(String how) {
    return new Ask(actionId, since, until, agentId, reason, tool, command, how, extra);
  }
}
