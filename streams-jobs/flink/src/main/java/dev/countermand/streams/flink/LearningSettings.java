package dev.countermand.streams.flink;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the learning job runs.
 *
 * @param kafka how Kafka is reached
 * @param directory where checkpoints are kept, for this job alone
 * @param parallelism subtasks of each operator
 * @param backend where state is kept while the job runs
 * @param checkpointEvery how often state is saved and baselines become visible
 * @param publishEvery how often at most a baseline is written, in event time
 * @param outOfOrder how much later than a newer action an action may come and still count
 * @param idle after which time without actions a partition no longer holds the others up
 */
public record LearningSettings(
    KafkaSettings kafka,
    Path directory,
    int parallelism,
    Backend backend,
    Duration checkpointEvery,
    Duration publishEvery,
    Duration outOfOrder,
    Duration idle) {

  static final String CHECKPOINTS = "checkpoints";

  /** Where state is kept while the job runs. */
  public enum Backend {
    /** On the heap: fast, and all state must fit. */
    HEAP("hashmap"),
    /** In RocksDB: needs {@code flink-statebackend-rocksdb} on the class path. */
    ROCKSDB("rocksdb");

    private final String type;

    Backend(String type) {
      this.type = type;
    }

    String type() {
      return type;
    }
  }

  /** Two subtasks on the heap, a checkpoint every 10 s, a baseline every 10 min at most. */
  public static LearningSettings of(KafkaSettings kafka, Path directory) {
    return new LearningSettings(
        kafka,
        directory,
        2,
        Backend.HEAP,
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        Duration.ofMinutes(5),
        Duration.ofMinutes(1));
  }

  /** The same with other subtasks of each operator. */
  public LearningSettings withParallelism(int subtasks) {
    return new LearningSettings(
        kafka, directory, subtasks, backend, checkpointEvery, publishEvery, outOfOrder, idle);
  }

  /** Where checkpoints are kept. */
  Path checkpoints() {
    return directory.resolve(CHECKPOINTS).toAbsolutePath();
  }
}
