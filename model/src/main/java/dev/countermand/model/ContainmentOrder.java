package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order to contain an agent, or to release it.
 *
 * @param id for an automatic order the action id and {@code :contain}: the same again on a replay
 * @param time when it was ordered
 * @param kind what it asks for
 * @param agentId the agent; the key of the topic
 * @param reason why
 * @param actionId the action that led to it
 * @param actionTime when the collector received that action; the start of the time to contain
 * @param findings the findings it rests on
 * @param credentials the fingerprints to take away
 * @param requestedBy {@code scoring}, or the person
 * @param rung how hard it takes hold; null for what the policy says
 * @param grounds what the policy goes by
 * @param completes the order of which this is the part that needs a person; null for an order of
 *     its own. Made by containment only
 * @param extra fields of a newer schema, kept as they came
 */
public record ContainmentOrder(
    String id,
    Instant time,
    OrderKind kind,
    String agentId,
    String reason,
    @Nullable String actionId,
    @Nullable Instant actionTime,
    List<String> findings,
    List<String> credentials,
    String requestedBy,
    @Nullable Rung rung,
    Grounds grounds,
    @Nullable String completes,
    Extra extra) {

  /** Lists and maps are copied. */
  public ContainmentOrder {
    findings = List.copyOf(findings);
    credentials = List.copyOf(credentials);
  }

  /** An order of its own, as hard as the policy says, on no grounds but its reason. */
  public ContainmentOrder(
      String id,
      Instant time,
      OrderKind kind,
      String agentId,
      String reason,
      @Nullable String actionId,
      @Nullable Instant actionTime,
      List<String> findings,
      List<String> credentials,
      String requestedBy,
      Extra extra) {
    this(
        id,
        time,
        kind,
        agentId,
        reason,
        actionId,
        actionTime,
        findings,
        credentials,
        requestedBy,
        null,
        Grounds.NONE,
        null,
        extra);
  }

  /** The same on these grounds. */
  public ContainmentOrder on(Grounds other) {
    return new ContainmentOrder(
        id,
        time,
        kind,
        agentId,
        reason,
        actionId,
        actionTime,
        findings,
        credentials,
        requestedBy,
        rung,
        other,
        completes,
        extra);
  }

  /** The same, as hard as this; null for what the policy says. */
  public ContainmentOrder to(@Nullable Rung how) {
    return new ContainmentOrder(
        id,
        time,
        kind,
        agentId,
        reason,
        actionId,
        actionTime,
        findings,
        credentials,
        requestedBy,
        how,
        grounds,
        completes,
        extra);
  }

  /** What a person orders: as hard as the policy says, on no grounds but the reason. */
  public static ContainmentOrder byPerson(
      String id,
      Instant time,
      OrderKind kind,
      String agentId,
      String reason,
      List<String> credentials,
      String person) {
    return new ContainmentOrder(
        id, time, kind, agentId, reason, null, null, List.of(), credentials, person, Extra.NONE);
  }

  /** Whether it is the part of another that destroys credentials, which needs several persons. */
  public boolean isFinalPart() {
    return completes != null && rung == Rung.REVOKE;
  }

  private static final DocumentCodec.Builder<ContainmentOrder> FIELDS =
      DocumentCodec.builder("ContainmentOrder");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.order");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<ContainmentOrder, String> ID =
      FIELDS.string("event.id", ContainmentOrder::id);
  private static final Field<ContainmentOrder, Instant> TIME =
      FIELDS.instant("@timestamp", ContainmentOrder::time);
  private static final Field<ContainmentOrder, OrderKind> KIND =
      FIELDS.wire("countermand.order.kind", OrderKind.values(), ContainmentOrder::kind);
  private static final Field<ContainmentOrder, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", ContainmentOrder::agentId);
  private static final Field<ContainmentOrder, String> REASON =
      FIELDS.string("message", ContainmentOrder::reason);
  private static final Field<ContainmentOrder, String> ACTION_ID =
      FIELDS.string("countermand.order.action_id", ContainmentOrder::actionId);
  private static final Field<ContainmentOrder, Instant> ACTION_TIME =
      FIELDS.instant("countermand.order.action_time", ContainmentOrder::actionTime);
  private static final Field<ContainmentOrder, List<String>> FINDINGS =
      FIELDS.strings("countermand.order.findings", ContainmentOrder::findings);
  private static final Field<ContainmentOrder, List<String>> CREDENTIALS =
      FIELDS.strings("countermand.order.credentials", ContainmentOrder::credentials);
  private static final Field<ContainmentOrder, String> REQUESTED_BY =
      FIELDS.string("countermand.order.requested_by", ContainmentOrder::requestedBy);

  private static final Field<ContainmentOrder, Rung> RUNG =
      FIELDS.wire("countermand.order.rung", Rung.values(), ContainmentOrder::rung);
  private static final Field<ContainmentOrder, Grounds> GROUNDS =
      FIELDS.object("countermand.order.grounds", Grounds.CODEC, ContainmentOrder::grounds);
  private static final Field<ContainmentOrder, String> COMPLETES =
      FIELDS.string("countermand.order.completes", ContainmentOrder::completes);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<ContainmentOrder> CODEC =
      FIELDS.build(
          v ->
              new ContainmentOrder(
                  v.get(ID),
                  v.get(TIME),
                  v.get(KIND),
                  v.get(AGENT_ID),
                  v.get(REASON),
                  v.find(ACTION_ID),
                  v.find(ACTION_TIME),
                  v.getOr(FINDINGS, List.of()),
                  v.getOr(CREDENTIALS, List.of()),
                  v.get(REQUESTED_BY),
                  v.find(RUNG),
                  v.getOr(GROUNDS, Grounds.NONE),
                  v.find(COMPLETES),
                  v.extra()),
          ContainmentOrder::extra);
}
