package dev.countermand.dashboards.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Where the notary is in one log. For one thread. */
final class LogTail {
  private final LogName log;
  private final Hasher hasher;
  private @Nullable Sealed last;
  private long before;
  private List<byte[]> frontier = List.of();
  private final List<byte[]> leaves = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private @Nullable Instant waiting;
  private long next;
  private boolean forked;

  LogTail(LogName log, Hasher hasher) {
    this.log = log;
    this.hasher = hasher;
  }

  LogName log() {
    return log;
  }

  /** How many records are signed. */
  long size() {
    return before;
  }

  Optional<Sealed> last() {
    return Optional.ofNullable(last);
  }

  /** The offset of the record that comes next. */
  long next() {
    return next;
  }

  /** Whether something else was signed of the same log: then nothing is any more. */
  boolean forked() {
    return forked;
  }

  void fork() {
    forked = true;
  }

  /** Goes on after a checkpoint; what was not signed is read again. */
  void after(Sealed checkpoint) {
    last = checkpoint;
    before = checkpoint.size();
    frontier = checkpoint.stretch().frontierAfter(hasher);
    next = checkpoint.lastOffset() + 1;
    leaves.clear();
    offsets.clear();
    waiting = null;
  }

  /**
   * Whether two things that were signed contradict each other; false where they cannot be compared.
   */
  boolean contradicts(Sealed other) {
    Sealed mine = last;
    if (mine == null) {
      return false;
    }
    long size = Math.min(mine.size(), other.size());
    if (size < mine.stretch().before() || size < other.stretch().before()) {
      return false;
    }
    return !Arrays.equals(
        mine.stretch().rootAt(size, hasher), other.stretch().rootAt(size, hasher));
  }

  void add(ConsumerRecord<byte[], byte[]> record, Instant now) {
    leaves.add(hasher.leaf(log, record.offset(), hasher.content(record)));
    offsets.add(record.offset());
    next = record.offset() + 1;
    if (waiting == null) {
      waiting = now;
    }
  }

  /** Records before an offset are gone and were never read. */
  void skipTo(long offset) {
    next = offset;
  }

  boolean isDue(int most, Duration longest, Instant now) {
    return leaves.size() >= most || (waiting != null && !now.isBefore(waiting.plus(longest)));
  }

  /** Signs what came since the last checkpoint, which is not nothing. */
  Sealed sign(NotaryKey key, Instant now) {
    Stretch stretch = new Stretch(before, frontier, List.copyOf(leaves));
    Sealed signed = Sealed.sign(log, stretch, List.copyOf(offsets), now, key, hasher);
    after(signed);
    return signed;
  }
}
