package dev.countermand.streams.flink;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
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

  /** The settings of a consumer as the connector takes them. */
  public static Properties consumer(KafkaSettings kafka, String name) {
    return text(kafka.tailing(name), OF_THE_CONNECTOR);
  }

  static final Set<String> OF_THE_CONNECTOR =
      Set.of(
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer",
          "client.id",
          "enable.idempotence");

  /** The settings as text, without some. */
  static Properties text(Properties settings, Set<String> without) {
    Properties text = new Properties();
    settings.forEach(
        (key, value) -> {
          if (!without.contains(key.toString())) {
            text.setProperty(
                key.toString(), value instanceof Class<?> c ? c.getName() : value.toString());
          }
        });
    return text;
  }
}
