package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.MergedLog;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergedLogTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final KafkaProbe probe = new KafkaProbe(TestServers.kafka());
  private final KafkaSettings kafka =
      new KafkaSettings(TestServers.kafka().bootstrapServers(), new Topics("unused"), Map.of());

  @AfterEach
  void close() {
    probe.close();
  }

  /** The value of a record is its time in milliseconds; a negative one is not wanted. */
  private static Optional<Instant> time(ConsumerRecord<String, byte[]> message) {
    long millis = Long.parseLong(new String(message.value(), StandardCharsets.US_ASCII));
    return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private void write(String topic, int partition, long... times) {
    Properties settings = kafka.producer("test");
    settings.put("linger.ms", "20");
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings)) {
      for (long time : times) {
        byte[] value = Long.toString(time).getBytes(StandardCharsets.US_ASCII);
        producer.send(new ProducerRecord<>(topic, partition, null, value));
      }
      producer.flush();
    }
  }

  private static List<String> read(MergedLog log) {
    List<String> read = new ArrayList<>();
    for (MergedLog.Entry entry = log.next(); entry != null; entry = log.next()) {
      read.add(entry.time().toEpochMilli() + "@" + entry.message().partition());
    }
    return read;
  }

  private MergedLog open(String... topics) {
    return new MergedLog(kafka, List.of(topics), Instant.EPOCH, MergedLogTest::time, LIMIT);
  }

  @Test
  void partitionsAreMergedByTimeAndWhatIsNotWantedIsLeftOut() {
    String topic = probe.createTopic("merged", 3);
    write(topic, 0, 1, 4, 7, -1);
    write(topic, 1, 2, 5, 5, 8);
    write(topic, 2, 6, 3, 9);
    try (MergedLog log = open(topic)) {
      assertThat(read(log))
          .containsExactly("1@0", "2@1", "3@2", "4@0", "5@1", "5@1", "6@2", "7@0", "8@1", "9@2");
    }
  }

  @Test
  void ofTwoTopicsAtOneMomentThatWhichIsNamedFirstComesFirst() {
    String cause = probe.createTopic("zz-cause", 1);
    String effect = probe.createTopic("aa-effect", 1);
    write(effect, 0, 5);
    write(cause, 0, 5);
    try (MergedLog log = open(cause, effect)) {
      assertThat(log.next()).extracting(entry -> entry.message().topic()).isEqualTo(cause);
    }
  }

  @Test
  void whatComesAfterItWasOpenedIsNotPartOfIt() {
    String topic = probe.createTopic("merged", 1);
    write(topic, 0, 1, 2);
    try (MergedLog log = open(topic)) {
      write(topic, 0, 0, 3);
      assertThat(read(log)).containsExactly("1@0", "2@0");
    }
  }

  @Test
  void howeverLongTheTopicsAreFewRecordsAreHeldAndNoneIsLost() {
    String topic = probe.createTopic("long", 4);
    int each = 10_000;
    for (int partition = 0; partition < 4; partition++) {
      long[] times = new long[each];
      for (int i = 0; i < each; i++) {
        // A third of them up to 300 places too late, one of them far beyond.
        times[i] = i == each - 1 ? 0 : i - (i % 3 == 0 ? Math.min(i, 300) : 0);
      }
      write(topic, partition, times);
    }
    long last = 0;
    int backwards = 0;
    int count = 0;
    try (MergedLog log = open(topic)) {
      for (MergedLog.Entry entry = log.next(); entry != null; entry = log.next()) {
        count++;
        long time = entry.time().toEpochMilli();
        backwards += time < last ? 1 : 0;
        last = Math.max(last, time);
      }
      assertThat(log.mostHeld()).isBetween(4 * 500, 4 * 1_000);
    }
    assertThat(count).isEqualTo(4 * each);
    assertThat(backwards).as("those that were far too late").isEqualTo(4);
  }

  @Test
  void aKafkaThatDoesNotAnswerIsSaid() {
    KafkaSettings nobody = new KafkaSettings("127.0.0.1:1", new Topics("unused"), Map.of());
    assertThatThrownBy(
            () ->
                new MergedLog(
                    nobody,
                    List.of("topic"),
                    Instant.EPOCH,
                    MergedLogTest::time,
                    Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            CountermandException.class, e -> assertThat(e.code()).isEqualTo("KAFKA_UNREACHABLE"));
  }
}
