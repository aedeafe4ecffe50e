package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is normal for a subject: a rate with its uncertainty, as a Gamma distribution (Gelman et
 * al., Bayesian Data Analysis, 3rd ed., section 2.6).
 *
 * @param subject whose, for instance {@code agent:billing-coder}
 * @param time until when it has learned
 * @param feature of what, for instance {@code deletes}
 * @param shape Gamma shape: pseudo-count of events
 * @param exposure Gamma rate: pseudo-time watched, in seconds
 * @param learned from how much, and what its busy windows were like; null for a rate alone
 * @param seen of feature {@value #SEEN}: what the subject was seen with, kind by kind; else empty
 * @param extra fields of a newer schema, kept as they came
 */
public record Baseline(
    String subject,
    Instant time,
    String feature,
    double shape,
    double exposure,
    @Nullable Learned learned,
    List<Seen> seen,
    Extra extra) {
  /** The feature that is no count: what a subject was seen with. */
  public static final String SEEN = "seen";

  /** The list is copied. */
  public Baseline {
    seen = List.copyOf(seen);
  }

  private static final DocumentCodec.Builder<Baseline> FIELDS = DocumentCodec.builder("Baseline");

  static {
    FIELDS.constant("ecs.version", Schema.ECS);
    FIELDS.constant("countermand.schema", Schema.VERSION);
    FIELDS.constant("event.kind", "metric");
    FIELDS.constant("event.module", "countermand");
    FIELDS.constant("event.dataset", "countermand.baseline");
  }

  private static final Field<Baseline, String> SUBJECT =
      FIELDS.string("countermand.baseline.subject", Baseline::subject);
  private static final Field<Baseline, Instant> TIME = FIELDS.instant("@timestamp", Baseline::time);
  private static final Field<Baseline, String> FEATURE =
      FIELDS.string("countermand.baseline.feature", Baseline::feature);
  private static final Field<Baseline, Double> SHAPE =
      FIELDS.number("countermand.baseline.shape", Baseline::shape);
  private static final Field<Baseline, Double> EXPOSURE =
      FIELDS.number("countermand.baseline.exposure", Baseline::exposure);
  private static final Field<Baseline, Learned> LEARNED =
      FIELDS.object("countermand.baseline.learned", Learned.CODEC, Baseline::learned);
  private static final Field<Baseline, List<Seen>> SEEN_WITH =
      FIELDS.list("countermand.baseline.seen", Seen.CODEC, Baseline::seen);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Baseline> CODEC =
      FIELDS.build(
          v ->
              new Baseline(
                  v.get(SUBJECT),
                  v.get(TIME),
                  v.get(FEATURE),
                  v.get(SHAPE),
                  v.get(EXPOSURE),
                  v.find(LEARNED),
                  v.getOr(SEEN_WITH, List.of()),
                  v.extra()),
          Baseline::extra);

  /** What was learned of a count. */
  public Baseline(
      String subject,
      Instant time,
      String feature,
      double shape,
      double exposure,
      @Nullable Learned learned,
      Extra extra) {
    this(subject, time, feature, shape, exposure, learned, List.of(), extra);
  }

  /** A rate of which no more is told. */
  public Baseline(
      String subject, Instant time, String feature, double shape, double exposure, Extra extra) {
    this(subject, time, feature, shape, exposure, null, extra);
  }

  /** The key of a subject's feature on the topic. */
  public static String key(String subject, String feature) {
    return subject + "|" + feature;
  }

  /** The key of this baseline on the topic: {@code <subject>|<feature>}. */
  public String key() {
    return key(subject, feature);
  }

  /** The expected number of events in a window, in seconds. */
  public double expected(double windowSeconds) {
    return shape / exposure * windowSeconds;
  }
}
