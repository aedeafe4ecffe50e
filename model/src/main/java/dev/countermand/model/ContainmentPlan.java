package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * What containment is about to do for an order, recorded before anything of it is done.
 *
 * @param id of the order, a colon and {@code plan}: the same again on a repetition
 * @param time when it was made
 * @param orderId the order
 * @param agentId the agent; the key of the topic
 * @param rung how hard the order takes hold
 * @param answer what becomes of the order
 * @param reason what chose the rung, and why the answer is what it is
 * @param steps one for each credential, in the order in which they are begun
 * @param extra fields of a newer schema, kept as they came
 */
public record ContainmentPlan(
    String id,
    Instant time,
    String orderId,
    String agentId,
    Rung rung,
    PlanAnswer answer,
    String reason,
    List<PlannedStep> steps,
    Extra extra) {

  /** Lists are copied. */
  public ContainmentPlan {
    steps = List.copyOf(steps);
  }

  /** The same with other steps. */
  public ContainmentPlan with(List<PlannedStep> other) {
    return new ContainmentPlan(id, time, orderId, agentId, rung, answer, reason, other, extra);
  }

  private static final DocumentCodec.Builder<ContainmentPlan> FIELDS =
      DocumentCodec.builder("ContainmentPlan");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.plan");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<ContainmentPlan, String> ID =
      FIELDS.string("event.id", ContainmentPlan::id);
  private static final Field<ContainmentPlan, Instant> TIME =
      FIELDS.instant("@timestamp", ContainmentPlan::time);
  private static final Field<ContainmentPlan, String> ORDER_ID =
      FIELDS.string("countermand.plan.order_id", ContainmentPlan::orderId);
  private static final Field<ContainmentPlan, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", ContainmentPlan::agentId);
  private static final Field<ContainmentPlan, Rung> RUNG =
      FIELDS.wire("countermand.plan.rung", Rung.values(), ContainmentPlan::rung);
  private static final Field<ContainmentPlan, PlanAnswer> ANSWER =
      FIELDS.wire("countermand.plan.answer", PlanAnswer.values(), ContainmentPlan::answer);
  private static final Field<ContainmentPlan, String> REASON =
      FIELDS.string("message", ContainmentPlan::reason);
  private static final Field<ContainmentPlan, List<PlannedStep>> STEPS =
      FIELDS.list("countermand.plan.steps", PlannedStep.CODEC, ContainmentPlan::steps);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<ContainmentPlan> CODEC =
      FIELDS.build(
          v ->
              new ContainmentPlan(
                  v.get(ID),
                  v.get(TIME),
                  v.get(ORDER_ID),
                  v.get(AGENT_ID),
                  v.get(RUNG),
                  v.get(ANSWER),
                  v.get(REASON),
                  v.getOr(STEPS, List.of()),
                  v.extra()),
          ContainmentPlan::extra);
}
