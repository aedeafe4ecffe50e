package dev.countermand.dashboards.evidence;

import dev.countermand.dashboards.evidence.Problem.Kind;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one log from the notary's file and from the topic, in the order of sizes, and
 * what the topic lacks of the file. Of two of one size that of the file comes first. For one
 * thread.
 */
final class Merge {
  private final LogName log;
  private final CheckpointSource filed;
  private final CheckpointSource published;
  private final @Nullable Instant kept;
  private final Instant underway;
  private final Consumer<Problem> problems;
  private long lackingFrom = -1;
  private long lackingTo = -1;

  /**
   * Nothing is read yet.
   *
   * @param kept since when everything must be on the topic; null where nobody knows
   * @param underway what was signed since then may be on its way to the topic
   */
  Merge(
      LogName log,
      CheckpointSource filed,
      CheckpointSource published,
      @Nullable Instant kept,
      Instant underway,
      Consumer<Problem> problems) {
    this.log = log;
    this.filed = filed;
    this.published = published;
    this.kept = kept;
    this.underway = underway;
    this.problems = problems;
  }

  /** The next one; null at the end. */
  @Nullable Sealed next() {
    Sealed one = filed.peek();
    Sealed other = published.peek();
    if (one == null) {
      tell();
      return published.take().orElse(null);
    }
    if (other != null && other.size() < one.size()) {
      return published.take().orElse(null);
    }
    if (isLacking(one, other)) {
      lackingFrom = lackingFrom < 0 ? one.size() : lackingFrom;
      lackingTo = one.size();
    } else {
      tell();
    }
    return filed.take().orElse(null);
  }

  /** The topic has one of the file, has one that covers it, had it once, or lacks it. */
  private boolean isLacking(Sealed one, @Nullable Sealed other) {
    Sealed before = published.previous();
    boolean has = before != null && before.size() >= one.size();
    boolean covered = other != null && other.stretch().before() < one.size();
    Instant time = one.checkpoint().time();
    boolean expired = kept == null || !time.isAfter(kept);
    return !has && !covered && !expired && !(other == null && time.isAfter(underway));
  }

  private void tell() {
    if (lackingFrom >= 0) {
      problems.accept(
          new Problem(
              Kind.CHECKPOINT_MISSING,
              log,
              lackingFrom,
              lackingTo,
              "the file has checkpoints of these sizes, the topic has not",
              null));
      lackingFrom = -1;
    }
  }
}
