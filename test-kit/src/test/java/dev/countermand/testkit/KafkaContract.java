package dev.countermand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** What every Kafka the tests run on does. */
interface KafkaContract {
  KafkaBackend kafka();

  @Test
  default void whatIsProducedIsReadBackWithKeysTombstonesAndHeaders() {
    try (KafkaProbe probe = new KafkaProbe(kafka())) {
      String topic = probe.createTopic("probe", 1);
      probe.produce(topic, "a", "one");
      probe.produce(topic, "a", null);
      probe.produce(
          topic, null, "three".getBytes(StandardCharsets.UTF_8), Map.of("reason", "test"));
      assertThat(probe.awaitAtLeast(topic, 3))
          .containsExactly(
              new KafkaProbe.Message(topic, 0, 0, "a", "one", Map.of()),
              new KafkaProbe.Message(topic, 0, 1, "a", null, Map.of()),
              new KafkaProbe.Message(topic, 0, 2, null, "three", Map.of("reason", "test")));
      probe.deleteTopics(topic);
      assertThat(probe.topics()).doesNotContain(topic);
    }
  }

  @Test
  default void recordsOfOneKeyKeepTheirOrderOverManyPartitions() {
    try (KafkaProbe probe = new KafkaProbe(kafka())) {
      String topic = probe.createTopic("order", 4);
      IntStream.range(0, 40)
          .forEach(i -> probe.produce(topic, "agent-" + i % 8, String.valueOf(i)));
      Map<String, List<Integer>> byKey = new TreeMap<>();
      probe
          .readAll(topic)
          .forEach(
              message ->
                  byKey
                      .computeIfAbsent(message.key(), key -> new ArrayList<>())
                      .add(Integer.valueOf(message.value())));
      assertThat(byKey).hasSize(8);
      assertThat(byKey.values()).allSatisfy(values -> assertThat(values).hasSize(5).isSorted());
    }
  }

  @Test
  default void aGroupGoesOnWhereItCommitted() {
    try (KafkaProbe probe = new KafkaProbe(kafka())) {
      String topic = probe.createTopic("group", 1);
      probe.produce(topic, "k", "first");
      String group = KafkaProbe.uniqueName("group");
      assertThat(pollOnce(group, topic)).containsExactly("first");
      probe.produce(topic, "k", "second");
      assertThat(pollOnce(group, topic)).containsExactly("second");
    }
  }

  @Test
  default void topicsAreCreatedWithTheirSettings() {
    try (KafkaProbe probe = new KafkaProbe(kafka())) {
      String topic = KafkaProbe.uniqueName("compacted");
      probe.createTopics(
          List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("cleanup.policy", "compact"))));
      assertThat(probe.settings(topic)).containsEntry("cleanup.policy", "compact");
    }
  }

  private List<String> pollOnce(String group, String topic) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            kafka().bootstrapServers(),
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      List<String> values = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.isEmpty() && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(message -> values.add(message.value()));
      }
      consumer.commitSync();
      return values;
    }
  }
}
