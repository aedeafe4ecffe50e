package dev.countermand.detectors.failureloop;

import dev.countermand.model.Action;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Field;
import java.time.Instant;

/**
 * How many calls of an agent failed in a row. Any call that succeeds ends the row. Immutable.
 *
 * @param count how many, at most {@value #MAX_COUNT}
 * @param since when the first did
 * @param told up to which count it was told of
 * @param extra fields of a newer schema, kept as they came
 */
public record Failures(long count, Instant since, long told, Extra extra) {

  /** Fewest failures in a row that are told of; then at each doubling. */
  public static final int FEWEST = 20;

  /** Most that are counted. */
  public static final int MAX_COUNT = 1_000_000;

  /** The last call of the agent did not fail. */
  public static final Failures NONE = new Failures(0, Instant.EPOCH, 0, Extra.NONE);

  private static final DocumentCodec.Builder<Failures> FIELDS = DocumentCodec.builder("failures");
  private static final Field<Failures, Long> COUNT = FIELDS.integer("count", Failures::count);
  private static final Field<Failures, Instant> SINCE = FIELDS.instant("since", Failures::since);
  private static final Field<Failures, Long> TOLD = FIELDS.integer("told", Failures::told);

  /** Reads and writes the JSON of this record. */
  public static final DocumentCodec<Failures> CODEC =
      FIELDS.build(
          v -> new Failures(v.get(COUNT), v.get(SINCE), v.get(TOLD), v.extra()), Failures::extra);

  /** The row after an action that was not refused. */
  public Failures plus(Action action) {
    if (action.phase() != Phase.RESULT || action.outcome() == Outcome.UNKNOWN) {
      return this;
    }
    if (action.outcome() == Outcome.SUCCESS) {
      return NONE;
    }
    long now = Math.min(MAX_COUNT, count + 1);
    long level = now < FEWEST ? 0 : FEWEST * Long.highestOneBit(now / FEWEST);
    return new Failures(
        now, count == 0 ? action.believedTime() : since, Math.max(told, level), extra);
  }

  /** Whether more is to be told than before. */
  public boolean tells(Failures before) {
    return told > before.told;
  }
}
