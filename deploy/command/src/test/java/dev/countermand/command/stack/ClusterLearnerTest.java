package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.benchmarks.LearningStateBench;
import dev.countermand.embedded.Progress;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLearnerTest {
  private static final int ACTIONS = 20_000;

  @TempDir private Path directory;

  @Test
  void aRunOnAFlinkOfItsOwnTellsOfItsHeapItsCheckpointsAndWhatRocksDbHas() throws Exception {
    KafkaSettings kafka =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(),
            new Topics(KafkaProbe.uniqueName("state")),
            Map.of());

    LearningStateBench.Result result =
        new LearningStateBench(
                kafka,
                (from, to) -> new ClusterLearner(kafka, directory, from, to, Progress.silent()),
                ACTIONS,
                step -> {})
            .run();

    assertThat(result.looks())
        .isNotEmpty()
        .allSatisfy(
            look -> {
              assertThat(look.heapBytes()).isPositive();
              assertThat(look.rocksDbBytes()).isPresent();
            });
    LearningStateBench.Look last = result.looks().get(result.looks().size() - 1);
    assertThat(last.samples()).isGreaterThan(ACTIONS);
    assertThat(last.keys()).isPositive();
    // Of a job whose tasks have ended a checkpoint holds nothing.
    assertThat(last.stateBytes()).isNotNegative();
    assertThat(result.toText()).contains("RocksDB MB");
    assertThat(result.toJson()).contains("rocksdb_bytes");
  }
}
