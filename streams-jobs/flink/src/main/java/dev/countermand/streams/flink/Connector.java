package dev.countermand.streams.flink;

import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How jobs read and write Kafka by Flink's connector. */
public final class Connector {
  /**
   * How far a partition may be read ahead of the slowest, in event time: all that is between them
   * is state.
   */
  private static final Duration AHEAD = Duration.ofHours(6);

  /** How long one that is ahead waits at least: 30 days of history take 120 such steps at most. */
  private static final Duration ALIGNED_EVERY = Duration.ofMillis(100);

  /** What the connector sets itself. */
  static final Set<String> OWN =
      Set.of(
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer",
          "client.id",
          "enable.idempotence");

  private Connector() {}

  /**
   * All that the consumers of a job need.
   *
   * @param job its name in those of its group and its clients
   */
  public static Properties consumer(KafkaSettings kafka, String job) {
    Properties consumer = text(kafka.tailing("countermand-" + job), OWN);
    String name = kafka.topics().prefix() + "-" + job;
    consumer.setProperty(ConsumerConfig.GROUP_ID_CONFIG, name);
    consumer.setProperty(KafkaSourceOptions.CLIENT_ID_PREFIX.key(), name);
    String bytes = ByteArrayDeserializer.class.getName();
    consumer.setProperty(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, bytes);
    consumer.setProperty(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, bytes);
    return consumer;
  }

  /**
   * The same watermarks, of partitions that wait for each other. A run that ends needs a {@link
   * HistorySource} for it.
   *
   * @param source of which the partitions are
   */
  public static <T> WatermarkStrategy<T> aligned(WatermarkStrategy<T> watermarks, String source) {
    return watermarks.withWatermarkAlignment(source, AHEAD, ALIGNED_EVERY);
  }

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
