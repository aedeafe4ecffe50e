package dev.countermand.dashboards.evidence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the notary costs for each record, without Kafka and the disk, on one core. */
public final class HashingCost {
  private static final int BYTES = 1_100;
  private static final int CHECKPOINT = 1_000;

  private HashingCost() {}

  /**
   * The fastest of some rounds, in turns: other work on the machine can only slow one down.
   *
   * @param hashed records a second that become leaves of a tree whose root is taken at each
   *     checkpoint
   * @param bare records a second of which SHA-256 is taken once
   */
  public record Result(double hashed, double bare) {
    /** For people. */
    @Override
    public String toString() {
      return "Records of %,d bytes a second on one core: into the notary's tree %,.0f, bare SHA-256 %,.0f, ratio %.2f"
          .formatted(BYTES, hashed, bare, hashed / bare);
    }
  }

  /**
   * Measures.
   *
   * @param records in a round, at least 1,000
   * @param rounds at least 1
   */
  public static Result measure(int records, int rounds) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("countermand.actions", 0, 0, new byte[12], new byte[BYTES]);
    double hashed = 0;
    double bare = 0;
    for (int round = 0; round < rounds; round++) {
      long begun = System.nanoTime();
      tree(record, records);
      long between = System.nanoTime();
      digests(record.value(), records);
      hashed = Math.max(hashed, records / ((between - begun) / 1e9));
      bare = Math.max(bare, records / ((System.nanoTime() - between) / 1e9));
    }
    return new Result(hashed, bare);
  }

  private static void tree(ConsumerRecord<byte[], byte[]> record, int records) {
    Hasher hasher = new Hasher();
    LogName log = new LogName("countermand.actions", 0);
    Stretch tree = Stretch.empty();
    for (int from = 0; from < records; from += CHECKPOINT) {
      List<byte[]> leaves = new ArrayList<>();
      for (int i = from; i < Math.min(records, from + CHECKPOINT); i++) {
        leaves.add(hasher.leaf(log, i, hasher.content(record)));
      }
      tree = new Stretch(from, tree.frontierAfter(hasher), leaves);
      byte[] unused = tree.root(hasher);
    }
  }

  private static void digests(byte[] value, int records) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < records; i++) {
        byte[] unused = digest.digest(value);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
