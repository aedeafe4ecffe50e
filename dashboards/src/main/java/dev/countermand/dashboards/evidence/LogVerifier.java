package dev.countermand.dashboards.evidence;

import dev.countermand.dashboards.evidence.Alignment.Actual;
import dev.countermand.dashboards.evidence.Alignment.Signed;
import dev.countermand.dashboards.evidence.Problem.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Follows the checkpoints of one log in order, and lays its records beside their leaves. For one
 * thread.
 */
final class LogVerifier {
  private static final int MAX_IDS = 1_000;
  private static final int PROGRESS = 100_000;

  private final LogName log;
  private final @Nullable Records records;
  private final Hasher hasher;
  private final Verification.Listener listener;
  private final @Nullable Instant keptSince;
  private final Instant underway;
  private final Alignment alignment;
  private final List<String> notes = new ArrayList<>();
  private final Moves moves = new Moves();
  private final List<Problem> unnamed = new ArrayList<>();
  private @Nullable Sealed last;
  private long first = -1;
  private long checkpoints;
  private long expired;
  private long expiredFirst;
  private long told;
  private long read;

  /**
   * Nothing is verified yet.
   *
   * @param records those that are there; null where the partition is not
   * @param keptSince what was signed since then cannot have been deleted by its age; null where
   *     nobody knows
   * @param underway what was written since then may not be signed yet
   */
  LogVerifier(
      LogName log,
      @Nullable Records records,
      Hasher hasher,
      Verification.Listener told,
      @Nullable Instant keptSince,
      Instant underway) {
    this.log = log;
    this.records = records;
    this.hasher = hasher;
    this.listener = told;
    this.keptSince = keptSince;
    this.underway = underway;
    this.alignment =
        new Alignment(
            log,
            hasher,
            this::nextRecord,
            new Alignment.Findings() {
              @Override
              public void found(Kind kind, long offset, String text, boolean stands) {
                tell(new Problem(kind, log, offset, offset, text, null), stands);
              }

              @Override
              public void moved(long from, long to) {
                moves.add(from, to);
              }
            });
  }

  private @Nullable Actual nextRecord() {
    if (records == null) {
      return null;
    }
    Optional<ConsumerRecord<byte[], byte[]>> next = records.next();
    if (next.isPresent() && ++read % PROGRESS == 0) {
      listener.reads(log, next.get().offset(), records.end());
    }
    return next.map(record -> new Actual(record.offset(), hasher.content(record))).orElse(null);
  }

  /** The next checkpoint, in the order of sizes; what another place also has may come twice. */
  void take(Sealed next) {
    checkpoints++;
    Sealed before = last;
    if (before == null) {
      begin(next);
      expect(next, 0);
    } else if (next.stretch().before() > before.size()) {
      bridge(before, next);
      expect(next, 0);
    } else if (contradicts(before, next)) {
      tell(
          new Problem(
              Kind.CHECKPOINT_FORKED,
              log,
              next.size(),
              next.size(),
              "two different trees were signed up to size "
                  + Math.min(before.size(), next.size())
                  + "; records are compared with the first",
              null),
          false);
      return;
    } else if (next.size() > before.size()) {
      expect(next, Math.toIntExact(before.size() - next.stretch().before()));
    } else {
      checkpoints--;
      return;
    }
    last = next;
  }

  private boolean contradicts(Sealed one, Sealed other) {
    long size = Math.min(one.size(), other.size());
    return size >= one.stretch().before()
        && size >= other.stretch().before()
        && !Arrays.equals(one.stretch().rootAt(size, hasher), other.stretch().rootAt(size, hasher));
  }

  private void begin(Sealed next) {
    first = next.firstOffset();
    if (next.stretch().before() > 0) {
      notes.add(
          "begins at record "
              + next.stretch().before()
              + " of the log: earlier checkpoints were not looked at, or are gone");
      if (records != null) {
        records.seek(first);
      }
    }
  }

  private void expect(Sealed next, int from) {
    boolean early = keptSince != null && next.checkpoint().time().isAfter(keptSince);
    for (int i = from; i < next.offsets().length; i++) {
      long offset = next.offsets()[i];
      if (records != null && offset < records.beginning() && !early) {
        expiredFirst = expired == 0 ? offset : expiredFirst;
        expired++;
      } else {
        alignment.expect(new Signed(offset, next.stretch().leaves().get(i)));
      }
    }
  }

  /** The records between two checkpoints of which the one between them is missing. */
  private void bridge(Sealed before, Sealed next) {
    alignment.settle();
    long from = before.lastOffset() + 1;
    long to = next.firstOffset() - 1;
    if (records == null || from < records.beginning()) {
      notes.add(
          "offsets "
              + from
              + " to "
              + to
              + " cannot be verified: checkpoints and records are gone");
      if (records != null) {
        records.seek(next.firstOffset());
      }
      return;
    }
    Frontier frontier = new Frontier(before.stretch(), hasher);
    records.seek(from);
    Optional<Actual> stands = Optional.ofNullable(nextRecord());
    while (stands.isPresent() && stands.get().offset() <= to) {
      frontier.add(hasher.leaf(log, stands.get().offset(), stands.get().content()));
      stands = Optional.ofNullable(nextRecord());
    }
    records.seek(next.firstOffset());
    if (frontier.isBefore(next.stretch())) {
      notes.add(
          "offsets " + from + " to " + to + " are unchanged though their checkpoint is missing");
    } else {
      tell(
          new Problem(
              Kind.STRETCH_CHANGED,
              log,
              from,
              to,
              "these are not the records that were signed; which of them differ, the missing"
                  + " checkpoint would tell",
              null),
          false);
    }
  }

  /**
   * Settles everything.
   *
   * @param toEnd whether the records after the last checkpoint are asked for, too
   * @param fromBeginning whether all checkpoints were looked at
   */
  LogReport end(boolean toEnd, boolean fromBeginning) {
    alignment.settle();
    Sealed covered = last;
    long uncovered = 0;
    if (toEnd && records != null) {
      long next = covered == null ? records.beginning() : covered.lastOffset() + 1;
      if (covered != null) {
        strays(covered.lastOffset());
      } else if (fromBeginning) {
        unsigned(records);
      }
      uncovered = Math.max(0, records.end() - next);
    }
    moves.flush();
    name();
    if (expired > 0) {
      notes.add(
          expired + " signed records from offset " + expiredFirst + " were deleted by retention");
    }
    return new LogReport(
        log,
        first,
        covered == null ? -1 : covered.lastOffset(),
        alignment.verified(),
        checkpoints,
        expired,
        uncovered,
        told,
        notes);
  }

  private void unsigned(Records all) {
    all.seek(all.beginning());
    Optional<ConsumerRecord<byte[], byte[]>> oldest = all.next();
    if (oldest.isPresent() && Instant.ofEpochMilli(oldest.get().timestamp()).isBefore(underway)) {
      tell(
          new Problem(Kind.NEVER_SIGNED, log, 0, 0, "it has records and not one checkpoint", null),
          false);
    }
  }

  /** What stands within the covered offsets after everything that was signed was found. */
  private void strays(long covered) {
    Actual stray = alignment.beyond();
    while (stray != null && stray.offset() <= covered) {
      tell(
          new Problem(
              Kind.INSERTED,
              log,
              stray.offset(),
              stray.offset(),
              "no such record was signed",
              null),
          true);
      stray = alignment.beyond();
    }
  }

  // Ids are read when everything else has been: the records are read in order until then.
  private void tell(Problem problem, boolean stands) {
    told++;
    if (stands && unnamed.size() < MAX_IDS) {
      unnamed.add(problem);
    } else {
      listener.problem(problem);
    }
  }

  private void name() {
    for (Problem one : unnamed) {
      String id = records == null ? null : records.idAt(one.first()).orElse(null);
      listener.problem(new Problem(one.kind(), one.log(), one.first(), one.last(), one.text(), id));
    }
  }

  /** Records that were moved alike are told as one. */
  private final class Moves {
    private long from;
    private long count;
    private long by;

    void add(long was, long is) {
      if (count > 0 && was == from + count && is - was == by) {
        count++;
        return;
      }
      flush();
      from = was;
      by = is - was;
      count = 1;
    }

    void flush() {
      if (count > 0) {
        String places = Math.abs(by) == 1 ? " place" : " places";
        tell(
            new Problem(
                Kind.MOVED,
                log,
                from,
                from + count - 1,
                (count == 1 ? "it stands " : "they stand ")
                    + Math.abs(by)
                    + places
                    + (by > 0 ? " later" : " earlier")
                    + (count == 1 ? ", at offset " + (from + by) : ""),
                null),
            false);
      }
      count = 0;
    }
  }
}
