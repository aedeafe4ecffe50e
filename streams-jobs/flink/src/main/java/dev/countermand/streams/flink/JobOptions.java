package dev.countermand.streams.flink;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/** What the learning job needs of Flink wherever it runs. */
final class JobOptions {
  private JobOptions() {}

  static Configuration of(Duration checkpointEvery, boolean bounded) {
    Configuration c = new Configuration();
    c.setString("execution.checkpointing.interval", checkpointEvery.toMillis() + " ms");
    c.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
    c.setString("execution.checkpointing.num-retained", "2");
    c.setString(
        "execution.checkpointing.externalized-checkpoint-retention",
        bounded ? "DELETE_ON_CANCELLATION" : "RETAIN_ON_CANCELLATION");
    // By default each database keeps up to 100 MB of what RocksDB says of its compactions.
    c.setString("state.backend.rocksdb.log.level", "WARN_LEVEL");
    c.setString("pipeline.generic-types", "false");
    c.setString("restart-strategy.type", bounded ? "fixed-delay" : "exponential-delay");
    return c;
  }
}
