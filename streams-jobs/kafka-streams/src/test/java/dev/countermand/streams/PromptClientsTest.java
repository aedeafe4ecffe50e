package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy on a real Kafka, whose producer would wait for an hour and whose commits never come. */
final class PromptClientsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path stateDir;
  private KafkaProbe probe;
  private String in;
  private String out;
  private KafkaStreams copy;

  @BeforeEach
  void start() {
    probe = new KafkaProbe(TestServers.kafka());
    in = probe.createTopic("in", 2);
    out = probe.createTopic("out", 2);
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(in).to(out);
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, in);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka().bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, HOUR.toMillis());
    settings.put(StreamsConfig.producerPrefix("linger.ms"), HOUR.toMillis());
    settings.put(
        StreamsConfig.producerPrefix("delivery.timeout.ms"), (int) HOUR.multipliedBy(2).toMillis());
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6_000);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    copy = new KafkaStreams(builder.build(), settings, new PromptClients());
    copy.start();
    // A thread that is still joining its group when the job is closed stays until its session ends.
    await().until(() -> copy.state() == KafkaStreams.State.RUNNING);
  }

  @AfterEach
  void stop() {
    copy.close(Duration.ofSeconds(20));
    probe.close();
  }

  @Test
  void aThreadWithNothingToReadSendsWhatWaits() {
    probe.produce(in, "a", "first");
    assertThat(values(probe.awaitAtLeast(out, 1))).containsExactly("first");

    probe.produce(in, "b", "second");
    assertThat(values(probe.awaitAtLeast(out, 2))).containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void aBacklogIsSentWhole() {
    List<String> all = IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
    all.forEach(value -> probe.produce(in, value, value));

    assertThat(values(probe.awaitAtLeast(out, all.size())))
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void nothingOfItRunsAfterTheJobWasClosed() {
    probe.produce(in, "a", "first");
    probe.awaitAtLeast(out, 1);
    assertThat(threads()).isNotEmpty();

    copy.close(Duration.ofSeconds(20));

    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  private List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(in))
        .toList();
  }

  private static List<String> values(List<KafkaProbe.Message> messages) {
    return messages.stream().map(KafkaProbe.Message::value).toList();
  }
}
