package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What scoring made of an action.
 *
 * @param verdict the answer to the agent
 * @param severity the gravest finding, or {@code none}
 * @param findings the ids of the findings
 * @param time when it was scored
 * @param peerGroup the subject of the peer group it was compared with, {@link PeerGroup#subject};
 *     null where nobody said
 * @param containedBy the order under which the agent was contained when it acted; null for none
 * @param extra fields of a newer schema, kept as they came
 */
public record Score(
    Decision verdict,
    Severity severity,
    List<String> findings,
    Instant time,
    @Nullable String peerGroup,
    @Nullable String containedBy,
    Extra extra) {

  /** Lists and maps are copied. */
  public Score {
    findings = List.copyOf(findings);
  }

  private static final DocumentCodec.Builder<Score> FIELDS = DocumentCodec.builder("Score");
  private static final Field<Score, Decision> VERDICT =
      FIELDS.wire("verdict", Decision.values(), Score::verdict);
  private static final Field<Score, Severity> SEVERITY =
      FIELDS.wire("severity", Severity.values(), Score::severity);
  private static final Field<Score, List<String>> FINDINGS =
      FIELDS.strings("findings", Score::findings);
  private static final Field<Score, Instant> TIME = FIELDS.instant("time", Score::time);
  private static final Field<Score, String> PEER_GROUP =
      FIELDS.string("peer_group", Score::peerGroup);
  private static final Field<Score, String> CONTAINED_BY =
      FIELDS.string("contained_by", Score::containedBy);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Score> CODEC =
      FIELDS.build(
          v ->
              new Score(
                  v.get(VERDICT),
                  v.get(SEVERITY),
                  v.getOr(FINDINGS, List.of()),
                  v.get(TIME),
                  v.find(PEER_GROUP),
                  v.find(CONTAINED_BY),
                  v.extra()),
          Score::extra);

  /** The score of an agent that is not contained, and was compared with nobody. */
  public Score(
      Decision verdict, Severity severity, List<String> findings, Instant time, Extra extra) {
    this(verdict, severity, findings, time, null, null, extra);
  }

  /** The same of an agent that is contained by an order. */
  public Score under(String orderId) {
    return new Score(verdict, severity, findings, time, peerGroup, orderId, extra);
  }
}
