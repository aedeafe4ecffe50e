package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;

/**
 * The answer to one attempt.
 *
 * @param actionId the attempt
 * @param time when it was decided
 * @param agentId the agent; the key of the topic
 * @param decision the answer
 * @param reason why, for the agent and for people
 * @param by who decided: {@code scoring}, {@code kill-switch}, {@code local}, or {@code approval}
 *     for a person, who is named in the reason
 * @param findings the findings it rests on
 * @param extra fields of a newer schema, kept as they came
 */
public record Verdict(
    String actionId,
    Instant time,
    String agentId,
    Decision decision,
    String reason,
    String by,
    List<String> findings,
    Extra extra) {

  /** Lists and maps are copied. */
  public Verdict {
    findings = List.copyOf(findings);
  }

  private static final DocumentCodec.Builder<Verdict> FIELDS = DocumentCodec.builder("Verdict");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "event");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.verdict");
    FIELDS.constant("event.category", List.of("intrusion_detection"));
  }

  private static final Field<Verdict, String> ACTION_ID =
      FIELDS.string("event.id", Verdict::actionId);
  private static final Field<Verdict, Instant> TIME = FIELDS.instant("@timestamp", Verdict::time);
  private static final Field<Verdict, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Verdict::agentId);
  private static final Field<Verdict, Decision> DECISION =
      FIELDS.wire("countermand.verdict.decision", Decision.values(), Verdict::decision);
  private static final Field<Verdict, String> REASON = FIELDS.string("message", Verdict::reason);
  private static final Field<Verdict, String> BY =
      FIELDS.string("countermand.verdict.by", Verdict::by);
  private static final Field<Verdict, List<String>> FINDINGS =
      FIELDS.strings("countermand.verdict.findings", Verdict::findings);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Verdict> CODEC =
      FIELDS.build(
          v ->
              new Verdict(
                  v.get(ACTION_ID),
                  v.get(TIME),
                  v.get(AGENT_ID),
                  v.get(DECISION),
                  v.get(REASON),
                  v.get(BY),
                  v.getOr(FINDINGS, List.of()),
                  v.extra()),
          Verdict::extra);
}
