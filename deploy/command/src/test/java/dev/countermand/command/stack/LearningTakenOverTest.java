package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning job of a stack, and one that somebody starts elsewhere on the same topics. */
class LearningTakenOverTest {
  private static final Duration LONG = Duration.ofSeconds(120);

  /** One for each subtask: one that has none holds the others up until it counts as idle. */
  private static final int PARTITIONS = 2;

  private static final List<Action> ACTIONS = LearnedActions.of(11, 600);

  private final KafkaSettings kafka =
      new KafkaSettings(
          TestServers.kafka().bootstrapServers(),
          new Topics(KafkaProbe.uniqueName("taken")),
          Map.of());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger starts = new AtomicInteger();

  @TempDir private Path directory;

  @Test
  void aRoleWhoseJobWasTakenOverDoesNotStartItAgain() {
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    try (LearningRole role = new LearningRole(this::startCounted, meters);
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(load())) {
      send(producer, ACTIONS.subList(0, 200));
      await("baselines").until(() -> !written().isEmpty());
      assertThat(meters.get("countermand.learning.running").gauge().value()).isEqualTo(1);

      try (LearningJob other = start("other")) {
        await("the other job to learn")
            .until(() -> other.progress().filter(p -> p.windows() > 0).isPresent());
        send(producer, ACTIONS.subList(200, 400));
        await("the role to give up").until(LearningTakenOverTest::nobodyKeepsIt);
        assertThat(meters.get("countermand.learning.running").gauge().value()).isZero();

        int before = written().size();
        send(producer, ACTIONS.subList(400, 600));
        await("baselines by the other job").until(() -> written().size() > before);
        assertThat(other.isDone()).isFalse();
      }
      assertThat(starts).hasValue(1);
    }
  }

  private LearningJob startCounted() {
    starts.incrementAndGet();
    return start("role");
  }

  private LearningJob start(String name) {
    LearningSettings defaults = LearningSettings.of(kafka, directory.resolve(name));
    return LearningJob.start(
        new LearningSettings(
            kafka,
            defaults.directory(),
            defaults.parallelism(),
            defaults.backend(),
            Duration.ofMillis(500),
            defaults.publishEvery(),
            defaults.outOfOrder(),
            defaults.idle()),
        LearnedActions.START);
  }

  /** In order, although a partition that was made just now may refuse the first batch. */
  private Properties load() {
    Properties properties = kafka.producer("load");
    properties.put("max.in.flight.requests.per.connection", 1);
    return properties;
  }

  private static boolean nobodyKeepsIt() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().equals("keeper-learning"));
  }

  private void send(KafkaProducer<String, byte[]> producer, List<Action> actions) {
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      producer.send(
          new ProducerRecord<>(
              kafka.topics().scoredActions(),
              i % PARTITIONS,
              action.agentId(),
              Action.CODEC.encode(action)));
    }
    producer.flush();
  }

  private List<KafkaProbe.Message> written() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      return probe.readAll(kafka.topics().baselines());
    }
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(LONG).pollInterval(Duration.ofMillis(250));
  }
}
