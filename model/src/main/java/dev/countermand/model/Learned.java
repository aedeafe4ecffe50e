package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a baseline was learned from. The quantiles are of active windows, those with at least one
 * event: 95 of 100 active windows had at most {@code p95} events.
 *
 * @param windowSeconds the length of a window
 * @param windows how many active windows it has learned from
 * @param withheld how many windows were left out, because something in them was no example
 * @param p50 events in an active window, the median
 * @param p95 the same, 95th percentile
 * @param p99 the same, 99th percentile
 * @param max the most in one window
 * @param from the start of the first window
 * @param peers the subject whose baseline stands in while this one knows little; null for none
 * @param extra fields of a newer schema, kept as they came
 */
public record Learned(
    long windowSeconds,
    long windows,
    long withheld,
    long p50,
    long p95,
    long p99,
    long max,
    Instant from,
    @Nullable String peers,
    Extra extra) {
  private static final DocumentCodec.Builder<Learned> FIELDS = DocumentCodec.builder("Learned");
  private static final Field<Learned, Long> WINDOW_SECONDS =
      FIELDS.integer("window_seconds", Learned::windowSeconds);
  private static final Field<Learned, Long> WINDOWS = FIELDS.integer("windows", Learned::windows);
  private static final Field<Learned, Long> WITHHELD =
      FIELDS.integer("withheld", Learned::withheld);
  private static final Field<Learned, Long> P50 = FIELDS.integer("p50", Learned::p50);
  private static final Field<Learned, Long> P95 = FIELDS.integer("p95", Learned::p95);
  private static final Field<Learned, Long> P99 = FIELDS.integer("p99", Learned::p99);
  private static final Field<Learned, Long> MAX = FIELDS.integer("max", Learned::max);
  private static final Field<Learned, Instant> FROM = FIELDS.instant("from", Learned::from);
  private static final Field<Learned, String> PEERS = FIELDS.string("peers", Learned::peers);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Learned> CODEC =
      FIELDS.build(
          v ->
              new Learned(
                  v.get(WINDOW_SECONDS),
                  v.get(WINDOWS),
                  v.getOr(WITHHELD, 0L),
                  v.get(P50),
                  v.get(P95),
                  v.get(P99),
                  v.get(MAX),
                  v.get(FROM),
                  v.find(PEERS),
                  v.extra()),
          Learned::extra);
}
