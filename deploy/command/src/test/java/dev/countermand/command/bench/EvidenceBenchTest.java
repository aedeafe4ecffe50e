package dev.countermand.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What verify costs is measured on what it really verified. */
final class EvidenceBenchTest {
  @Test
  void everyRecordIsSignedReadAndVerified(@TempDir Path directory) throws Exception {
    KafkaSettings kafka =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(),
            new Topics(KafkaProbe.uniqueName("bench")),
            Map.of());
    EvidenceBench.Result result = EvidenceBench.run(kafka, 2_500, directory, step -> {});
    assertThat(result.records()).isEqualTo(2_500);
    assertThat(result.signed()).isPositive();
    assertThat(result.verified()).isPositive();
    assertThat(result.read()).isPositive();
    assertThat(result.heapPeak()).isPositive().isLessThanOrEqualTo(2 * result.heapLimit());
    assertThat(result.toText()).contains("2,500 records", "verified", "MiB");
  }
}
