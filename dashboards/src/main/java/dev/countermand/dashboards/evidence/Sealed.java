package dev.countermand.dashboards.evidence;

import dev.countermand.model.Checkpoint;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A checkpoint that was found good: its key is known, its signature is of it, and its leaves lead
 * to its root.
 *
 * @param offsets of the stretch's leaves
 */
record Sealed(Checkpoint checkpoint, Stretch stretch, long[] offsets) {
  /** Most records of one checkpoint. */
  static final int MAX_LEAVES = 10_000;

  private static final int MAX_FRONTIER = 64;

  /** Signs what came since the last checkpoint; a log has at least one record then. */
  static Sealed sign(
      LogName log,
      Stretch stretch,
      List<Long> offsets,
      Instant time,
      NotaryKey key,
      Hasher hasher) {
    Checkpoint unsigned =
        new Checkpoint(
            log.key() + "@" + stretch.size(),
            time,
            log.topic(),
            log.partition(),
            stretch.size(),
            Base64.getEncoder().encodeToString(stretch.root(hasher)),
            stretch.before(),
            texts(stretch.frontier()),
            Offsets.runs(offsets),
            texts(stretch.leaves()),
            key.id(),
            "",
            Extra.NONE);
    String signature = key.sign(body(log, unsigned));
    Checkpoint signed =
        new Checkpoint(
            unsigned.id(),
            unsigned.time(),
            unsigned.topic(),
            unsigned.partition(),
            unsigned.size(),
            unsigned.root(),
            unsigned.before(),
            unsigned.frontier(),
            unsigned.offsets(),
            unsigned.leaves(),
            unsigned.key(),
            signature,
            Extra.NONE);
    return new Sealed(signed, stretch, offsets.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Checks a checkpoint by itself.
   *
   * @throws IllegalArgumentException that says in words what is wrong
   */
  static Sealed open(LogName log, Checkpoint checkpoint, PublicKeys keys, Hasher hasher) {
    if (!log.has(checkpoint)) {
      throw new IllegalArgumentException("it is of another log");
    }
    if (!keys.verifies(checkpoint.key(), body(log, checkpoint), checkpoint.signature())) {
      throw new IllegalArgumentException("no signature of the key " + keys.ids() + " is on it");
    }
    keys.replaced(checkpoint.key(), log, checkpoint.size())
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    int count = checkpoint.leaves().size();
    if (count == 0
        || count > MAX_LEAVES
        || checkpoint.before() < 0
        || checkpoint.size() <= checkpoint.before()
        || checkpoint.size() - count != checkpoint.before()
        || checkpoint.frontier().size() > MAX_FRONTIER) {
      throw new IllegalArgumentException("its sizes do not fit its leaves");
    }
    Stretch stretch =
        new Stretch(
            checkpoint.before(), hashes(checkpoint.frontier()), hashes(checkpoint.leaves()));
    long[] offsets = Offsets.of(checkpoint.offsets(), count);
    if (!Arrays.equals(hash(checkpoint.root()), stretch.root(hasher))) {
      throw new IllegalArgumentException("its leaves do not lead to its root");
    }
    return new Sealed(checkpoint, stretch, offsets);
  }

  /** What is signed. Nothing in it has a line feed: names of topics have none, the rest is ours. */
  static String body(LogName log, Checkpoint checkpoint) {
    return log.origin()
        + "\n"
        + checkpoint.size()
        + "\n"
        + checkpoint.root()
        + "\nbefore "
        + checkpoint.before()
        + "\noffsets "
        + String.join(",", checkpoint.offsets())
        + "\ntime "
        + checkpoint.time()
        + "\n";
  }

  /** What is signed, with the signature. */
  String note(LogName log) {
    return Note.of(body(log, checkpoint), checkpoint.key(), checkpoint.signature());
  }

  long size() {
    return stretch.size();
  }

  long firstOffset() {
    return offsets[0];
  }

  long lastOffset() {
    return offsets[offsets.length - 1];
  }

  private static List<String> texts(List<byte[]> hashes) {
    return hashes.stream().map(Base64.getEncoder()::encodeToString).toList();
  }

  private static List<byte[]> hashes(List<String> texts) {
    List<byte[]> hashes = new ArrayList<>(texts.size());
    texts.forEach(text -> hashes.add(hash(text)));
    return hashes;
  }

  static byte[] hash(String text) {
    byte[] hash = Base64.getDecoder().decode(text);
    if (hash.length != Hasher.BYTES) {
      throw new IllegalArgumentException("a hash of it has not 32 bytes");
    }
    return hash;
  }
}
