package dev.countermand.streams.flink;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink in this process, for jobs over history that are not the learning job. */
public final class LocalEnvironment {
  private LocalEnvironment() {}

  /**
   * An environment for a job that ends.
   *
   * @param scratch where its checkpoints are kept
   */
  public static StreamExecutionEnvironment bounded(KafkaSettings kafka, Path scratch) {
    LearningSettings settings = LearningSettings.of(kafka, scratch);
    return StreamExecutionEnvironment.createLocalEnvironment(
        settings.parallelism(), LocalFlink.configuration(settings, true));
  }
}
