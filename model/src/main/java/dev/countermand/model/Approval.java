package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * A person says yes or no to a containment order, or to an attempt, that waits for one.
 *
 * @param orderId the order, or the action
 * @param time when
 * @param agentId the agent of it; the key of the topic
 * @param decision {@code allow} carries the order out or lets the attempt pass, {@code deny} drops
 *     it
 * @param by who
 * @param reason why
 * @param extra fields of a newer schema, kept as they came
 */
public record Approval(
    String orderId,
    Instant time,
    String agentId,
    Decision decision,
    String by,
    String reason,
    Extra extra) {

  private static final DocumentCodec.Builder<Approval> FIELDS = DocumentCodec.builder("Approval");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.approval");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<Approval, String> ORDER_ID =
      FIELDS.string("event.id", Approval::orderId);
  private static final Field<Approval, Instant> TIME = FIELDS.instant("@timestamp", Approval::time);
  private static final Field<Approval, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Approval::agentId);
  private static final Field<Approval, Decision> DECISION =
      FIELDS.wire("countermand.approval.decision", Decision.values(), Approval::decision);
  private static final Field<Approval, String> BY = FIELDS.string("user.name", Approval::by);
  private static final Field<Approval, String> REASON = FIELDS.string("message", Approval::reason);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Approval> CODEC =
      FIELDS.build(
          v ->
              new Approval(
                  v.get(ORDER_ID),
                  v.get(TIME),
                  v.get(AGENT_ID),
                  v.get(DECISION),
                  v.get(BY),
                  v.get(REASON),
                  v.extra()),
          Approval::extra);
}
