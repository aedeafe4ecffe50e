package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.model.Topic;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TopicAdminTest {
  private final Topics topics = new Topics(KafkaProbe.uniqueName("admin"));
  private final KafkaSettings settings =
      new KafkaSettings(TestServers.kafka().bootstrapServers(), topics, Map.of());

  @Test
  void everyTopicIsCreatedWithItsSettingsAndPartitions() throws Exception {
    List<String> differences = new TopicAdmin(settings).ensure(topics.all(), 3, 1);

    assertThat(differences).isEmpty();
    for (Topic topic : topics.all()) {
      assertThat(partitions(topic.name()))
          .as(topic.name())
          .isEqualTo(topic.partitions() == 0 ? 3 : topic.partitions());
      Config config = config(topic.name());
      topic
          .settings()
          .forEach(
              (key, value) ->
                  assertThat(config.get(key).value())
                      .as(topic.name() + " " + key)
                      .isEqualTo(value));
    }
  }

  @Test
  void aSecondStartFindsNothingToDoAndNothingToSay() {
    TopicAdmin admin = new TopicAdmin(settings);
    admin.ensure(topics.all(), 2, 1);

    assertThat(admin.ensure(topics.all(), 2, 1)).isEmpty();
  }

  @Test
  void whatIsWrittenAtOnceIsTakenAtTheFirstTry() {
    for (int i = 0; i < 5; i++) {
      Topics made = new Topics(KafkaProbe.uniqueName("at-once"));
      new TopicAdmin(settings).ensure(made.all(), 6, 1);
      try (KafkaProducer<String, byte[]> producer =
          new KafkaProducer<>(settings.producer("test"))) {
        for (Topic topic : made.all()) {
          int partitions = topic.partitions() == 0 ? 6 : topic.partitions();
          for (int partition = 0; partition < partitions; partition++) {
            producer.send(new ProducerRecord<>(topic.name(), partition, "key", new byte[1]));
          }
        }
        producer.flush();
        assertThat(producer.metrics().values())
            .filteredOn(one -> one.metricName().name().equals("record-retry-total"))
            .isNotEmpty()
            .allSatisfy(one -> assertThat(one.metricValue()).isEqualTo(0.0));
      }
    }
  }

  @Test
  void whatExistsIsLeftAsItIsAndEachDifferenceIsSaid() throws Exception {
    try (Admin admin = Admin.create(settings.admin("test"))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topics.actions(), 5, (short) 1)
                      .configs(Map.of("retention.ms", "1000", "max.message.bytes", "4194304")),
                  new NewTopic(topics.tasks(), 2, (short) 1)))
          .all()
          .get();
      Awaitility.await()
          .until(
              () ->
                  admin
                      .listTopics()
                      .names()
                      .get()
                      .containsAll(List.of(topics.actions(), topics.tasks())));
    }

    List<String> differences = new TopicAdmin(settings).ensure(topics.all(), 2, 1);

    assertThat(differences)
        .containsExactlyInAnyOrder(
            "Topic %s has partitions=5, Countermand expects 2; it is left as it is"
                .formatted(topics.actions()),
            "Topic %s has retention.ms=1000, Countermand expects 2592000000; it is left as it is"
                .formatted(topics.actions()),
            "Topic %s has cleanup.policy=delete, Countermand expects compact; it is left as it is"
                .formatted(topics.tasks()),
            "Topic %s has max.message.bytes=1048588, Countermand expects 4194304; it is left as it is"
                .formatted(topics.tasks()),
            "Topic %s has min.compaction.lag.ms=0, Countermand expects 2592000000; it is left as it is"
                .formatted(topics.tasks()));
    assertThat(partitions(topics.actions())).isEqualTo(5);
    assertThat(config(topics.actions()).get("retention.ms").value()).isEqualTo("1000");
    assertThat(config(topics.tasks()).get("cleanup.policy").value()).isEqualTo("delete");
    assertThat(config(topics.findings()).get("cleanup.policy").value()).isEqualTo("delete");
  }

  @Test
  void processesThatStartAtOnceDoNotDisturbEachOther() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      Callable<List<String>> start = () -> new TopicAdmin(settings).ensure(topics.all(), 2, 1);
      for (Future<List<String>> one : pool.invokeAll(List.of(start, start, start))) {
        assertThat(one.get()).isEmpty();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void moreCopiesThanBrokersAreRefusedWithWhatToDo() {
    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> new TopicAdmin(settings).ensure(topics.all(), 2, 3));

    assertThat(refusal.code()).isEqualTo("KAFKA_TOPIC_REFUSED");
    assertThat(refusal).hasMessageContaining("kafka.replication");
  }

  @Test
  void settingsThatMakeNoClientAreRefusedWithoutTheirValues() {
    KafkaSettings wrong =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(), topics, Map.of("security.protocol", "canary"));

    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> new TopicAdmin(wrong).ensure(topics.all(), 2, 1));

    assertThat(refusal.code()).isEqualTo("KAFKA_SETTINGS_INVALID");
    assertThat(refusal).hasNoCause().message().doesNotContain("canary");
  }

  @Test
  void aBrokerThatIsNotThereIsNamed() {
    KafkaSettings nowhere =
        new KafkaSettings(
            "127.0.0.1:9",
            topics,
            Map.of("default.api.timeout.ms", "1500", "request.timeout.ms", "1000"));

    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> new TopicAdmin(nowhere).ensure(topics.all(), 2, 1));

    assertThat(refusal.code()).isEqualTo("KAFKA_UNREACHABLE");
    assertThat(refusal).hasMessageContaining("127.0.0.1:9").hasMessageContaining("kafka.bootstrap");
  }

  private int partitions(String topic) throws Exception {
    try (Admin admin = Admin.create(settings.admin("test"))) {
      TopicDescription description =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
      return description.partitions().size();
    }
  }

  private Config config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(settings.admin("test"))) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }
  }
}
