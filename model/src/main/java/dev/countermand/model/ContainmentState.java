package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an agent may act: the kill switch, kept in a compacted topic that every gateway follows.
 *
 * @param agentId the agent; the key of the topic
 * @param time since when
 * @param status whether it may act
 * @param orderId the order that led to it
 * @param reason why
 * @param rung how far the agent's own processes are taken: of {@code revoke} they are ended, of any
 *     other stopped; null where the agent is not contained
 * @param credentials what was taken away
 * @param extra fields of a newer schema, kept as they came
 */
public record ContainmentState(
    String agentId,
    Instant time,
    ContainmentStatus status,
    String orderId,
    String reason,
    @Nullable Rung rung,
    List<TakenCredential> credentials,
    Extra extra) {

  /** Lists and maps are copied. */
  public ContainmentState {
    credentials = List.copyOf(credentials);
  }

  /** One that says nothing of the agent's processes. */
  public ContainmentState(
      String agentId,
      Instant time,
      ContainmentStatus status,
      String orderId,
      String reason,
      List<TakenCredential> credentials,
      Extra extra) {
    this(agentId, time, status, orderId, reason, null, credentials, extra);
  }

  /** The same, with the agent's processes taken so far. */
  public ContainmentState to(Rung other) {
    return new ContainmentState(agentId, time, status, orderId, reason, other, credentials, extra);
  }

  private static final DocumentCodec.Builder<ContainmentState> FIELDS =
      DocumentCodec.builder("ContainmentState");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "state");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.containment");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<ContainmentState, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", ContainmentState::agentId);
  private static final Field<ContainmentState, Instant> TIME =
      FIELDS.instant("@timestamp", ContainmentState::time);
  private static final Field<ContainmentState, ContainmentStatus> STATUS =
      FIELDS.wire(
          "countermand.containment.status", ContainmentStatus.values(), ContainmentState::status);
  private static final Field<ContainmentState, String> ORDER_ID =
      FIELDS.string("countermand.containment.order_id", ContainmentState::orderId);
  private static final Field<ContainmentState, String> REASON =
      FIELDS.string("message", ContainmentState::reason);
  private static final Field<ContainmentState, Rung> RUNG =
      FIELDS.wire("countermand.containment.rung", Rung.values(), ContainmentState::rung);
  private static final Field<ContainmentState, List<TakenCredential>> CREDENTIALS =
      FIELDS.list(
          "countermand.containment.credentials",
          TakenCredential.CODEC,
          ContainmentState::credentials);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<ContainmentState> CODEC =
      FIELDS.build(
          v ->
              new ContainmentState(
                  v.get(AGENT_ID),
                  v.get(TIME),
                  v.get(STATUS),
                  v.get(ORDER_ID),
                  v.get(REASON),
                  v.find(RUNG),
                  v.getOr(CREDENTIALS, List.of()),
                  v.extra()),
          ContainmentState::extra);
}
