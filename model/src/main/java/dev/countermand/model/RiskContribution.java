package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Duration;
import java.time.Instant;

/**
 * What the findings of one kind contribute to a risk: the one of them that weighs most.
 *
 * @param kind the rule that found it
 * @param severity of that finding
 * @param weight what it weighed when it was new, 0 to 1: severity times confidence
 * @param time when it was new
 * @param findingId that finding
 * @param count how many findings of this kind there were, this one included
 * @param extra fields of a newer schema, kept as they came
 */
public record RiskContribution(
    String kind,
    Severity severity,
    double weight,
    Instant time,
    String findingId,
    long count,
    Extra extra) {

  private static final DocumentCodec.Builder<RiskContribution> FIELDS =
      DocumentCodec.builder("RiskContribution");
  private static final Field<RiskContribution, String> KIND =
      FIELDS.string("kind", RiskContribution::kind);
  private static final Field<RiskContribution, Severity> SEVERITY =
      FIELDS.wire("severity", Severity.values(), RiskContribution::severity);
  private static final Field<RiskContribution, Double> WEIGHT =
      FIELDS.number("weight", RiskContribution::weight);
  private static final Field<RiskContribution, Instant> TIME =
      FIELDS.instant("time", RiskContribution::time);
  private static final Field<RiskContribution, String> FINDING_ID =
      FIELDS.string("finding_id", RiskContribution::findingId);
  private static final Field<RiskContribution, Long> COUNT =
      FIELDS.integer("count", RiskContribution::count);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<RiskContribution> CODEC =
      FIELDS.build(
          v ->
              new RiskContribution(
                  v.get(KIND),
                  v.get(SEVERITY),
                  v.get(WEIGHT),
                  v.get(TIME),
                  v.get(FINDING_ID),
                  v.get(COUNT),
                  v.extra()),
          RiskContribution::extra);

  /**
   * What it still weighs at an instant: half after each half-life. Before it was new, as much as
   * when it was.
   */
  public double weightAt(Instant at, Duration halfLife) {
    double age = Math.max(0, Duration.between(time, at).toMillis());
    return weight * Math.exp(-Math.log(2) * age / halfLife.toMillis());
  }
}
