package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;

/**
 * How many findings an incident has, and what became of them. The last three add up to the first.
 *
 * @param findings all of them
 * @param alerts those that were worth telling somebody
 * @param repeated those that said again what an alert had said shortly before
 * @param suppressed those above what one agent may alert in an hour
 * @param extra fields of a newer schema, kept as they came
 */
public record IncidentCounts(
    long findings, long alerts, long repeated, long suppressed, Extra extra) {
  /** No findings. */
  public static final IncidentCounts NONE = new IncidentCounts(0, 0, 0, 0, Extra.NONE);

  private static final DocumentCodec.Builder<IncidentCounts> FIELDS =
      DocumentCodec.builder("IncidentCounts");
  private static final Field<IncidentCounts, Long> FINDINGS =
      FIELDS.integer("findings", IncidentCounts::findings);
  private static final Field<IncidentCounts, Long> ALERTS =
      FIELDS.integer("alerts", IncidentCounts::alerts);
  private static final Field<IncidentCounts, Long> REPEATED =
      FIELDS.integer("repeated", IncidentCounts::repeated);
  private static final Field<IncidentCounts, Long> SUPPRESSED =
      FIELDS.integer("suppressed", IncidentCounts::suppressed);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<IncidentCounts> CODEC =
      FIELDS.build(
          v ->
              new IncidentCounts(
                  v.get(FINDINGS), v.get(ALERTS), v.get(REPEATED), v.get(SUPPRESSED), v.extra()),
          IncidentCounts::extra);
}
