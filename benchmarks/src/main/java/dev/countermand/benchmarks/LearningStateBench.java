package dev.countermand.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.flink.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** How large the learning job's heap and state are while it learns from a long history. */
public final class LearningStateBench {
  private static final int PARTITIONS = 4;
  private static final int LOOKS = 10;
  private static final Duration LOOK = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final Learner.Start start;
  private final int records;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param kafka a Kafka without topics of this prefix
   * @param start of the job that is looked into
   * @param records how many scored actions there are to learn from
   */
  public LearningStateBench(
      KafkaSettings kafka, Learner.Start start, int records, Consumer<String> progress) {
    this.kafka = kafka;
    this.start = start;
    this.records = records;
    this.progress = progress;
  }

  /**
   * One look.
   *
   * @param samples learned from by then
   * @param keys for how many keys something was learned
   * @param heapBytes live heap of the processes that learn, after a collection
   * @param stateBytes of the last checkpoint
   * @param rocksDbBytes of RocksDB's files; empty where state is on the heap
   */
  public record Look(
      long samples, long keys, long heapBytes, long stateBytes, Optional<Long> rocksDbBytes) {
    private String row() {
      return String.format(
          Locale.ROOT,
          "%10d  %7d  %12.1f  %13.2f  %10s%n",
          samples,
          keys,
          heapBytes / 1e6,
          stateBytes / 1e6,
          rocksDbBytes.map(bytes -> String.format(Locale.ROOT, "%.2f", bytes / 1e6)).orElse("-"));
    }
  }

  /**
   * What was seen.
   *
   * @param records how many actions
   * @param seconds how long learning took
   */
  public record Result(int records, double seconds, List<Look> looks) {
    /** A table for people. */
    public String toText() {
      StringBuilder out =
          new StringBuilder("   samples     keys  live heap MB  checkpoint MB  RocksDB MB\n");
      looks.forEach(look -> out.append(look.row()));
      return out.append(
              String.format(
                  Locale.ROOT,
                  "%d actions in %.0f s, collections for the looks included.",
                  records,
                  seconds))
          .toString();
    }

    /** The same for machines. */
    public String toJson() {
      ArrayNode array = Json.mapper().createArrayNode();
      for (Look look : looks) {
        ObjectNode row =
            array
                .addObject()
                .put("samples", look.samples())
                .put("keys", look.keys())
                .put("heap_bytes", look.heapBytes())
                .put("checkpoint_bytes", look.stateBytes());
        look.rocksDbBytes().ifPresent(bytes -> row.put("rocksdb_bytes", bytes));
      }
      return array.toString();
    }
  }

  /** Fills the topic, learns from it, and looks now and then. */
  public Result run() throws InterruptedException {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    progress.accept("Writing " + records + " scored actions");
    new BenchActions(kafka).fill(kafka.topics().scoredActions(), records, BenchActions.Scored.YES);
    progress.accept("Learning from them");
    List<Look> looks = new ArrayList<>();
    // Three of four actions have two samples: one of the agent, one of the resource.
    long each = Math.max(1, records * 3L / 2 / LOOKS);
    long begun = System.nanoTime();
    try (Learner learner = start.start(BenchActions.START, BenchActions.end(records))) {
      while (!learner.awaitEnd(LOOK)) {
        Optional<Summary> now = learner.progress();
        if (now.isPresent() && now.get().samples() >= each * (looks.size() + 1)) {
          looks.add(look(learner, now.get()));
          progress.accept(looks.get(looks.size() - 1).row().strip());
        }
      }
      learner.progress().ifPresent(end -> looks.add(look(learner, end)));
    }
    return new Result(records, (System.nanoTime() - begun) / 1e9, looks);
  }

  private static Look look(Learner learner, Summary summary) {
    // First, for they are gone when the job has ended meanwhile.
    Optional<Long> rocksDb = learner.rocksDbBytes();
    return new Look(
        summary.samples(), summary.keys(), learner.heapBytes(), learner.checkpointBytes(), rocksDb);
  }
}
