package dev.countermand.model;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;

/**
 * What of one kind a subject was seen with, as digests: enough to tell what it was never seen with.
 *
 * @param kind of what, for instance {@code effect} or {@code host}
 * @param from since when it was watched
 * @param times how often anything of the kind was seen, each thing once a minute; what is long ago
 *     counts less
 * @param once how many of the digests were seen on one day only
 * @param full whether there was more than is kept, so that what is missing says nothing
 * @param digests of {@value #WIDTH} characters each, sorted, one behind the other
 * @param extra fields of a newer schema, kept as they came
 */
public record Seen(
    String kind, Instant from, double times, long once, boolean full, String digests, Extra extra) {
  /** Characters of a digest. */
  public static final int WIDTH = 11;

  private static final DocumentCodec.Builder<Seen> FIELDS = DocumentCodec.builder("Seen");
  private static final Field<Seen, String> KIND = FIELDS.string("kind", Seen::kind);
  private static final Field<Seen, Instant> FROM = FIELDS.instant("from", Seen::from);
  private static final Field<Seen, Double> TIMES = FIELDS.number("times", Seen::times);
  private static final Field<Seen, Long> ONCE = FIELDS.integer("once", Seen::once);
  private static final Field<Seen, Boolean> FULL = FIELDS.bool("full", Seen::full);
  private static final Field<Seen, String> DIGESTS = FIELDS.string("digests", Seen::digests);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Seen> CODEC =
      FIELDS.build(
          v ->
              new Seen(
                  v.get(KIND),
                  v.get(FROM),
                  v.get(TIMES),
                  v.get(ONCE),
                  v.getOr(FULL, false),
                  v.get(DIGESTS),
                  v.extra()),
          Seen::extra);

  /** How many digests there are. */
  public int size() {
    return digests.length() / WIDTH;
  }

  /** Whether a digest is among them; text of another length never is. */
  public boolean contains(String digest) {
    int low = 0;
    int high = size() - 1;
    while (digest.length() == WIDTH && low <= high) {
      int middle = (low + high) >>> 1;
      int order = digests.substring(middle * WIDTH, (middle + 1) * WIDTH).compareTo(digest);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }
}
