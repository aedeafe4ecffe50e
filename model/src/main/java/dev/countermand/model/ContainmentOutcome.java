package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one step of a containment order.
 *
 * @param id order, step, credential, state and rung: the same again on a repetition
 * @param time when it came to this state
 * @param orderId the order
 * @param agentId the agent; the key of the topic
 * @param step the step
 * @param state how far it has come
 * @param rung how far it takes what it is about; null where the step has no such choice
 * @param credential the fingerprint, where the step is about one
 * @param provider the provider, where the step is at one
 * @param requestedAt when the intent was recorded
 * @param acceptedAt when the provider said yes
 * @param verifiedAt when a probe showed that it holds
 * @param attempts how often it was tried
 * @param duration from the action (or the order, when no action led to it) to this state, in
 *     nanoseconds
 * @param reason what happened, or why it failed
 * @param proof what the probe saw
 * @param prior what it was before, for the way back
 * @param extra fields of a newer schema, kept as they came
 */
public record ContainmentOutcome(
    String id,
    Instant time,
    String orderId,
    String agentId,
    Step step,
    StepState state,
    @Nullable Rung rung,
    @Nullable String credential,
    @Nullable String provider,
    Instant requestedAt,
    @Nullable Instant acceptedAt,
    @Nullable Instant verifiedAt,
    long attempts,
    @Nullable Long duration,
    String reason,
    @Nullable String proof,
    Map<String, String> prior,
    Extra extra) {

  /** Lists and maps are copied. */
  public ContainmentOutcome {
    prior = Map.copyOf(prior);
  }

  private static final DocumentCodec.Builder<ContainmentOutcome> FIELDS =
      DocumentCodec.builder("ContainmentOutcome");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.outcome");
    FIELDS.constant("event.category", List.of("iam"));
  }

  private static final Field<ContainmentOutcome, String> ID =
      FIELDS.string("event.id", ContainmentOutcome::id);
  private static final Field<ContainmentOutcome, Instant> TIME =
      FIELDS.instant("@timestamp", ContainmentOutcome::time);
  private static final Field<ContainmentOutcome, String> ORDER_ID =
      FIELDS.string("countermand.outcome.order_id", ContainmentOutcome::orderId);
  private static final Field<ContainmentOutcome, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", ContainmentOutcome::agentId);
  private static final Field<ContainmentOutcome, Step> STEP =
      FIELDS.wire("countermand.outcome.step", Step.values(), ContainmentOutcome::step);
  private static final Field<ContainmentOutcome, StepState> STATE =
      FIELDS.wire("countermand.outcome.state", StepState.values(), ContainmentOutcome::state);
  private static final Field<ContainmentOutcome, Rung> RUNG =
      FIELDS.wire("countermand.outcome.rung", Rung.values(), ContainmentOutcome::rung);
  private static final Field<ContainmentOutcome, String> CREDENTIAL =
      FIELDS.string("countermand.outcome.credential", ContainmentOutcome::credential);
  private static final Field<ContainmentOutcome, String> PROVIDER =
      FIELDS.string("countermand.outcome.provider", ContainmentOutcome::provider);
  private static final Field<ContainmentOutcome, Instant> REQUESTED_AT =
      FIELDS.instant("countermand.outcome.requested_at", ContainmentOutcome::requestedAt);
  private static final Field<ContainmentOutcome, Instant> ACCEPTED_AT =
      FIELDS.instant("countermand.outcome.accepted_at", ContainmentOutcome::acceptedAt);
  private static final Field<ContainmentOutcome, Instant> VERIFIED_AT =
      FIELDS.instant("countermand.outcome.verified_at", ContainmentOutcome::verifiedAt);
  private static final Field<ContainmentOutcome, Long> ATTEMPTS =
      FIELDS.integer("countermand.outcome.attempts", ContainmentOutcome::attempts);
  private static final Field<ContainmentOutcome, Long> DURATION =
      FIELDS.integer("event.duration", ContainmentOutcome::duration);
  private static final Field<ContainmentOutcome, String> REASON =
      FIELDS.string("message", ContainmentOutcome::reason);
  private static final Field<ContainmentOutcome, String> PROOF =
      FIELDS.string("countermand.outcome.proof", ContainmentOutcome::proof);
  private static final Field<ContainmentOutcome, Map<String, String>> PRIOR =
      FIELDS.map("countermand.outcome.prior", ContainmentOutcome::prior);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<ContainmentOutcome> CODEC =
      FIELDS.build(
          v ->
              new ContainmentOutcome(
                  v.get(ID),
                  v.get(TIME),
                  v.get(ORDER_ID),
                  v.get(AGENT_ID),
                  v.get(STEP),
                  v.get(STATE),
                  v.find(RUNG),
                  v.find(CREDENTIAL),
                  v.find(PROVIDER),
                  v.get(REQUESTED_AT),
                  v.find(ACCEPTED_AT),
                  v.find(VERIFIED_AT),
                  v.getOr(ATTEMPTS, 0L),
                  v.find(DURATION),
                  v.get(REASON),
                  v.find(PROOF),
                  v.getOr(PRIOR, Map.of()),
                  v.extra()),
          ContainmentOutcome::extra);
}
