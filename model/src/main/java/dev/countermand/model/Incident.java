package dev.countermand.model;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import dev.countermand.model.json.FieldType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings about one agent that belong together.
 *
 * @param id made of the agent and the first finding: the same again on a replay; the key of the
 *     topic
 * @param change the id of this state of it, for an index that only takes new documents: its id, a
 *     colon and how many changes came before
 * @param time of the latest change, by the times of findings and outcomes
 * @param status how far it has come
 * @param agentId the agent, for its sub-agents, too
 * @param title who did or tried what with what, in a few words
 * @param gravity how grave the deed is that the title tells; greater is graver, 0 is not known
 * @param told when the finding was that the title is of
 * @param summary of the gravest finding, the first of equals
 * @param severity the gravest
 * @param risk the greatest risk of the agent in it, 0 to 100
 * @param first when the first finding was
 * @param last when the latest finding was
 * @param containedAt since when the agent is contained; null when it was not
 * @param closedAt when it was closed; null while it is not
 * @param counts how many findings, and what became of them
 * @param kinds one for each kind of finding; of very many the first, the rest as {@code other}
 * @param findings ids of findings, in the order they came; of very many the first
 * @param credentials the fingerprints they name; of very many the first
 * @param extra fields of a newer schema, kept as they came
 */
public record Incident(
    String id,
    String change,
    Instant time,
    IncidentStatus status,
    String agentId,
    String title,
    long gravity,
    Instant told,
    String summary,
    Severity severity,
    double risk,
    Instant first,
    Instant last,
    @Nullable Instant containedAt,
    @Nullable Instant closedAt,
    IncidentCounts counts,
    List<IncidentKind> kinds,
    List<String> findings,
    List<String> credentials,
    Extra extra) {

  /** Lists are copied. */
  public Incident {
    kinds = List.copyOf(kinds);
    findings = List.copyOf(findings);
    credentials = List.copyOf(credentials);
  }

  private static final DocumentCodec.Builder<Incident> FIELDS = DocumentCodec.builder("Incident");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "alert");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.incident");
    FIELDS.constant("event.category", List.of("intrusion_detection"));
    FIELDS.derived(
        "event.severity", FieldType.LONG, incident -> IntNode.valueOf(incident.severity().score()));
  }

  private static final Field<Incident, String> ID =
      FIELDS.string("countermand.incident.id", Incident::id);
  private static final Field<Incident, String> CHANGE = FIELDS.string("event.id", Incident::change);
  private static final Field<Incident, Instant> TIME = FIELDS.instant("@timestamp", Incident::time);
  private static final Field<Incident, IncidentStatus> STATUS =
      FIELDS.wire("countermand.incident.status", IncidentStatus.values(), Incident::status);
  private static final Field<Incident, String> AGENT_ID =
      FIELDS.string("gen_ai.agent.id", Incident::agentId);
  private static final Field<Incident, String> TITLE =
      FIELDS.string("countermand.incident.title", Incident::title);
  private static final Field<Incident, Long> GRAVITY =
      FIELDS.integer("countermand.incident.gravity", Incident::gravity);
  private static final Field<Incident, Instant> TOLD =
      FIELDS.instant("countermand.incident.told", Incident::told);
  private static final Field<Incident, String> SUMMARY =
      FIELDS.string("message", Incident::summary);
  private static final Field<Incident, Severity> SEVERITY =
      FIELDS.wire("countermand.incident.severity", Severity.values(), Incident::severity);
  private static final Field<Incident, Double> RISK =
      FIELDS.number("event.risk_score", Incident::risk);
  private static final Field<Incident, Instant> FIRST =
      FIELDS.instant("event.start", Incident::first);
  private static final Field<Incident, Instant> LAST = FIELDS.instant("event.end", Incident::last);
  private static final Field<Incident, Instant> CONTAINED_AT =
      FIELDS.instant("countermand.incident.contained_at", Incident::containedAt);
  private static final Field<Incident, Instant> CLOSED_AT =
      FIELDS.instant("countermand.incident.closed_at", Incident::closedAt);
  private static final Field<Incident, IncidentCounts> COUNTS =
      FIELDS.object("countermand.incident.counts", IncidentCounts.CODEC, Incident::counts);
  private static final Field<Incident, List<IncidentKind>> KINDS =
      FIELDS.list("countermand.incident.kinds", IncidentKind.CODEC, Incident::kinds);
  private static final Field<Incident, List<String>> FINDINGS =
      FIELDS.strings("countermand.incident.findings", Incident::findings);
  private static final Field<Incident, List<String>> CREDENTIALS =
      FIELDS.strings("countermand.incident.credentials", Incident::credentials);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Incident> CODEC =
      FIELDS.build(
          v ->
              new Incident(
                  v.get(ID),
                  v.get(CHANGE),
                  v.get(TIME),
                  v.get(STATUS),
                  v.get(AGENT_ID),
                  // Those of an earlier version had none.
                  v.getOr(TITLE, v.get(SUMMARY)),
                  v.getOr(GRAVITY, 0L),
                  v.getOr(TOLD, v.get(FIRST)),
                  v.get(SUMMARY),
                  v.get(SEVERITY),
                  v.get(RISK),
                  v.get(FIRST),
                  v.get(LAST),
                  v.find(CONTAINED_AT),
                  v.find(CLOSED_AT),
                  v.get(COUNTS),
                  v.getOr(KINDS, List.of()),
                  v.getOr(FINDINGS, List.of()),
                  v.getOr(CREDENTIALS, List.of()),
                  v.extra()),
          Incident::extra);
}
