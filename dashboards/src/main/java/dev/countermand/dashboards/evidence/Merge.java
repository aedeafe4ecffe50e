package dev.countermand.dashboards.evidence;

import dev.countermand.dashboards.evidence.Problem.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one log from the notary's file and from the topic, in the order of sizes, and
 * what each lacks of the other. Of two of one size that of the file comes first. For one thread.
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
  private final long fileFrom;
  private long beforeFile;
  private long afterFile;

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
    Sealed first = filed.peek();
    this.fileFrom = first == null ? -1 : first.stretch().before();
  }

  /** The next one; null at the end. */
  @Nullable Sealed next() {
    Sealed one = filed.peek();
    Sealed other = published.peek();
    if (one == null) {
      tell();
      Sealed last = filed.previous();
      if (last != null && other != null && other.size() > last.size()) {
        afterFile = other.size();
      }
      return published.take().orElse(null);
    }
    if (other != null && other.size() < one.size()) {
      beforeFile = other.size() <= fileFrom ? other.size() : beforeFile;
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

  /**
   * What the topic has before and after the file, and that one of them is cut or was not read to
   * its end. That is no problem by itself: a notary with a new directory begins there, and another
   * one may have gone on elsewhere.
   */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    filed.note().ifPresent(notes::add);
    published.note().ifPresent(notes::add);
    Sealed last = filed.previous();
    if (beforeFile > 0) {
      notes.add(
          "the file begins after size "
              + fileFrom
              + "; its checkpoints up to size "
              + beforeFile
              + " are on the topic only");
    }
    if (last != null && afterFile > 0) {
      notes.add(
          "the file ends at size "
              + last.size()
              + "; the checkpoints after that, up to size "
              + afterFile
              + ", are on the topic only");
    }
    return notes;
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
