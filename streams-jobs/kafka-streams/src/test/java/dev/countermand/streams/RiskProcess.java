package dev.countermand.streams;

import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The risk job for a JVM of its own. */
final class RiskProcess {
  private RiskProcess() {}

  /** Runs until standard input ends. Arguments: bootstrap, topic prefix, state directory. */
  public static void main(String[] args) throws IOException {
    KafkaSettings settings = new KafkaSettings(args[0], new Topics(args[1]), Map.of());
    try (RiskJob job =
        RiskJob.start(
            settings,
            Path.of(args[2]),
            new SimpleMeterRegistry(),
            RiskBench.POLICY,
            RiskBench.HYGIENE)) {
      job.awaitRunning(Duration.ofSeconds(60));
      System.in.read();
    }
  }
}
