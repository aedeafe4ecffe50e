package dev.countermand.streams.flink;

import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Topics of their own that a learning job reads and writes, on a real Kafka. */
final class LearningTopics implements AutoCloseable {
  private static final int PARTITIONS = 3;

  private final KafkaSettings kafka =
      new KafkaSettings(
          TestServers.kafka().bootstrapServers(),
          new Topics(KafkaProbe.uniqueName("learning")),
          Map.of());
  private final KafkaProbe probe = new KafkaProbe(TestServers.kafka());
  private final KafkaProducer<String, byte[]> producer;

  LearningTopics() {
    probe.createTopics(
        kafka.topics().all().stream()
            .map(t -> new NewTopic(t.name(), PARTITIONS, (short) 1).configs(t.settings()))
            .toList());
    producer = new KafkaProducer<>(kafka.producer("history"));
  }

  Topics names() {
    return kafka.topics();
  }

  KafkaProbe probe() {
    return probe;
  }

  /** Of a job with a checkpoint every half second. */
  LearningSettings settings(LearningSettings.Backend backend, Path directory) {
    LearningSettings defaults = LearningSettings.of(kafka, directory);
    return new LearningSettings(
        kafka,
        directory,
        defaults.parallelism(),
        backend,
        Duration.ofMillis(500),
        defaults.publishEvery(),
        defaults.outOfOrder(),
        defaults.idle());
  }

  /** Over all partitions, whoever the agent is: a harder order than that of the real topic. */
  void send(List<Action> actions) {
    Random random = new Random(actions.size());
    send(actions, place -> random.nextInt(PARTITIONS));
  }

  /**
   * In their order.
   *
   * @param partition that of an action, by its place in the list
   */
  void send(List<Action> actions, IntUnaryOperator partition) {
    for (int i = 0; i < actions.size(); i++) {
      send(actions.get(i), partition.applyAsInt(i));
    }
    producer.flush();
  }

  /** In every partition, so that the watermark comes to its time. */
  void closeWindows(Action action) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      send(action, partition);
    }
    producer.flush();
  }

  private void send(Action action, int partition) {
    producer.send(
        new ProducerRecord<>(
            kafka.topics().scoredActions(),
            partition,
            action.agentId(),
            Action.CODEC.encode(action)));
  }

  /** What a reader sees of the topic: the last that was committed of each key. */
  Map<String, Baseline> baselines() {
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      Map<String, Baseline> all = new TreeMap<>();
      view.awaitCaughtUp(Duration.ofSeconds(20)).all().forEach(b -> all.put(b.key(), b));
      return all;
    }
  }

  Set<String> subjects() {
    return baselines().values().stream().map(Baseline::subject).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    producer.close();
    probe.close();
  }
}
