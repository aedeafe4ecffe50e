package dev.countermand.benchmarks;

import dev.countermand.streams.flink.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A learning job over history that can be looked into while it runs. For one thread. */
public interface Learner extends AutoCloseable {
  /** Starts one. */
  interface Start {
    /** Begins to learn from what is on the topic now, from one event time to before another. */
    Learner start(Instant from, Instant to);
  }

  /**
   * Waits so long for its end, and says whether it has come.
   *
   * @throws dev.countermand.runtime.CountermandException when it failed
   */
  boolean awaitEnd(Duration limit) throws InterruptedException;

  /** What it has done so far, if it can be told now. */
  Optional<Summary> progress();

  /** Bytes of live objects in all the processes that learn, after a collection. */
  long heapBytes();

  /** Bytes of the last checkpoint that was complete; 0 before the first. */
  long checkpointBytes();

  /** Bytes of the files that RocksDB has now; empty where state is on the heap. */
  Optional<Long> rocksDbBytes();

  @Override
  void close();
}
