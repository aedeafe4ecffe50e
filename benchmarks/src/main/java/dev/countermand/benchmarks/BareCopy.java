package dev.countermand.benchmarks;

import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.PromptClients;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The limit: a Kafka Streams job that copies one topic to another and does nothing else.
 *
 * @param application its name
 * @param in the topic that it reads, from its beginning
 * @param out the topic that it writes
 * @param threads how many stream threads
 * @param state an empty directory
 */
record BareCopy(
    KafkaSettings kafka, String application, String in, String out, int threads, Path state) {

  /** With the settings that Kafka Streams has by itself; not started. */
  KafkaStreams plain() {
    return new KafkaStreams(topology().build(), properties());
  }

  /** With the settings of the scoring job; not started. */
  KafkaStreams tuned() {
    Properties properties = properties();
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.producerPrefix("linger.ms"), PromptClients.LINGER_MS);
    properties.put(StreamsConfig.producerPrefix("batch.size"), PromptClients.BATCH_BYTES);
    return new KafkaStreams(topology().build(), properties, new PromptClients());
  }

  private StreamsBuilder topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(in).to(out);
    return builder;
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // A thread that is still joining its group when the copy is done stays until its session ends.
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6_000);
    properties.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1_500);
    properties.put(
        StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
    properties.put(
        StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    return properties;
  }
}
