package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;

/**
 * The findings of one kind in an incident.
 *
 * @param kind the rule that found them
 * @param severity the gravest of them
 * @param findings how many there were
 * @param last when the latest was
 * @param extra fields of a newer schema, kept as they came
 */
public record IncidentKind(
    String kind, Severity severity, long findings, Instant last, Extra extra) {

  private static final DocumentCodec.Builder<IncidentKind> FIELDS =
      DocumentCodec.builder("IncidentKind");
  private static final Field<IncidentKind, String> KIND = FIELDS.string("kind", IncidentKind::kind);
  private static final Field<IncidentKind, Severity> SEVERITY =
      FIELDS.wire("severity", Severity.values(), IncidentKind::severity);
  private static final Field<IncidentKind, Long> FINDINGS =
      FIELDS.integer("findings", IncidentKind::findings);
  private static final Field<IncidentKind, Instant> LAST =
      FIELDS.instant("last", IncidentKind::last);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<IncidentKind> CODEC =
      FIELDS.build(
          v ->
              new IncidentKind(
                  v.get(KIND), v.get(SEVERITY), v.get(FINDINGS), v.get(LAST), v.extra()),
          IncidentKind::extra);
}
