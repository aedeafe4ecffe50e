package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.FlinkCluster;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning job, from its jar, on a JobManager and TaskManagers in processes of their own. */
class FlinkClusterTest {
  private static final int PARTITIONS = 3;
  private static final int ACTIONS = 30_000;
  // Five agents and their peers: seven rates of each, and what each was seen with.
  private static final int BASELINES = 48;
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void killedTaskManagersAndASavepointLoseNothingAndLearnNothingTwice() throws Exception {
    List<Action> actions = LearnedActions.of(7, ACTIONS);
    Map<String, Baseline> expected = undisturbed(actions);
    assertThat(expected).hasSize(BASELINES);
    KafkaSettings kafka = topics("disturbed");

    try (FlinkCluster cluster =
            FlinkCluster.start(directory.resolve("flink"), FlinkCluster.Options.defaults());
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(load(kafka))) {
      FlinkRest flink = new FlinkRest(cluster.rest());
      String job = flink.submit(arguments(kafka), null, 2);
      Load load = new Load(producer, kafka);
      load.send(actions.subList(0, ACTIONS / 5));
      Awaitility.await("baselines of the first fifth")
          .atMost(LONG)
          .until(() -> baselines(kafka).size() >= BASELINES);

      for (int kill = 0; kill < 2; kill++) {
        int from = ACTIONS / 5 * (kill + 1);
        int rest = from + ACTIONS / 5 / 4 * 3;
        CompletableFuture<Void> killed = new CompletableFuture<>();
        CompletableFuture<Void> sending =
            CompletableFuture.runAsync(
                () -> {
                  load.sendSlowly(actions.subList(from, rest));
                  // However fast that went, some of the load comes after the kill.
                  killed.join();
                  load.sendSlowly(actions.subList(rest, from + ACTIONS / 5));
                });
        long before = flink.restarts(job);
        load.awaitSent(from + ACTIONS / 10);
        cluster.killTaskManager(kill);
        killed.complete(null);
        cluster.restart();
        sending.join();
        Awaitility.await("the job goes on after kill " + kill)
            .atMost(LONG)
            .until(() -> flink.restarts(job) > before && flink.state(job).equals("RUNNING"));
        awaitCheckpoint(flink, job);
      }

      load.send(actions.subList(ACTIONS / 5 * 3, ACTIONS / 5 * 4));
      String savepoint = flink.stop(job, null, LONG);
      assertThat(flink.learningJob()).isEmpty();
      load.send(actions.subList(ACTIONS / 5 * 4, ACTIONS));
      load.close(actions.get(ACTIONS - 1).time().plus(Duration.ofDays(1)));
      String restored = flink.submit(arguments(kafka), savepoint, 2);

      Awaitility.await("the baselines of the undisturbed run")
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> {
                Map<String, Baseline> now = baselines(kafka);
                now.keySet().retainAll(expected.keySet());
                assertThat(now).isEqualTo(expected);
              });
      assertThat(flink.learningJob()).contains(restored);
    }
    assertTheNewestStandsLast(kafka);
  }

  @Test
  void whatFlinkRefusesIsSaidInOneSentence() {
    try (FlinkCluster cluster =
        FlinkCluster.start(
            directory.resolve("flink"), FlinkCluster.Options.defaults().withTaskManagers(1))) {
      FlinkRest flink = new FlinkRest(cluster.rest());

      assertThat(flink.learningJob()).isEmpty();
      assertThat(catchCode(() -> flink.submit(List.of("--form", "x"), null, 1)))
          .startsWith("FLINK_REFUSED")
          .contains("--config, --from, --to and --checkpoint-every");
      assertThat(catchCode(() -> flink.state("0".repeat(32)))).startsWith("FLINK_REFUSED");
      cluster.stop();
      assertThat(catchCode(flink::learningJob)).startsWith("FLINK_UNREACHABLE");
    }
  }

  private static String catchCode(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            dev.countermand.runtime.CountermandException.class, call);
    return thrown.code() + ": " + thrown.getMessage();
  }

  /** What the same actions teach in one process that nothing happens to. */
  private Map<String, Baseline> undisturbed(List<Action> actions) {
    KafkaSettings kafka = topics("undisturbed");
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(load(kafka))) {
      new Load(producer, kafka).send(actions);
    }
    LearningJob.learn(
        LearningSettings.of(kafka, directory.resolve("undisturbed")),
        LearnedActions.START,
        actions.get(actions.size() - 1).time().plusSeconds(1));
    Map<String, Baseline> learned = new TreeMap<>();
    // A committed transaction can be read when the broker has marked it in every partition.
    Awaitility.await("a quiet topic")
        .atMost(LONG)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              Map<String, Baseline> now = baselines(kafka);
              boolean quiet = !now.isEmpty() && now.equals(learned);
              learned.clear();
              learned.putAll(now);
              return quiet;
            });
    return learned;
  }

  private KafkaSettings topics(String name) {
    KafkaSettings kafka =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(),
            new Topics(KafkaProbe.uniqueName(name)),
            Map.of());
    new TopicAdmin(kafka).ensure(kafka.topics().all(), PARTITIONS, 1);
    return kafka;
  }

  private List<String> arguments(KafkaSettings kafka) throws IOException {
    Path config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "kafka: {bootstrap: \"%s\", topic-prefix: %s}\n"
            .formatted(kafka.bootstrap(), kafka.topics().prefix()));
    return List.of(
        "--config",
        config.toString(),
        "--from",
        LearnedActions.START.toString(),
        "--checkpoint-every",
        "500");
  }

  /** In order, although a partition that was made just now may refuse the first batch. */
  private static Properties load(KafkaSettings kafka) {
    Properties properties = kafka.producer("load");
    properties.put("max.in.flight.requests.per.connection", 1);
    return properties;
  }

  private static void awaitCheckpoint(FlinkRest flink, String job) {
    long before = completed(flink, job);
    Awaitility.await("a checkpoint").atMost(LONG).until(() -> completed(flink, job) > before);
  }

  private static long completed(FlinkRest flink, String job) {
    return flink.checkpoints(job).at("/counts/completed").asLong();
  }

  /**
   * Documents of the last checkpoints are written again after a failure; of each key the newest
   * that was ever committed is the last all the same.
   */
  private static void assertTheNewestStandsLast(KafkaSettings kafka) {
    Map<String, Instant> newest = new HashMap<>();
    Map<String, Instant> last = new HashMap<>();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (var document : probe.readAll(kafka.topics().baselines())) {
        Instant time =
            Baseline.CODEC.decode(document.value().getBytes(StandardCharsets.UTF_8)).time();
        newest.merge(document.key(), time, (a, b) -> a.isAfter(b) ? a : b);
        last.put(document.key(), time);
      }
    }
    assertThat(newest).isNotEmpty();
    assertThat(last).isEqualTo(newest);
  }

  private static Map<String, Baseline> baselines(KafkaSettings kafka) {
    try (CompactedView<Baseline> view =
        new CompactedView<>(kafka, kafka.topics().baselines(), Baseline.CODEC)) {
      Map<String, Baseline> all = new TreeMap<>();
      view.awaitCaughtUp(Duration.ofSeconds(20)).all().forEach(b -> all.put(b.key(), b));
      return all;
    }
  }

  /** Sends to the partition that chance and the number of the action choose. */
  private static final class Load {
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaSettings kafka;
    private final Random random = new Random(3);
    private volatile int sent;
    private volatile boolean failed;

    Load(KafkaProducer<String, byte[]> producer, KafkaSettings kafka) {
      this.producer = producer;
      this.kafka = kafka;
    }

    void send(List<Action> actions) {
      actions.forEach(action -> send(action, random.nextInt(PARTITIONS)));
      flush();
    }

    /** About 1,500 a second. */
    void sendSlowly(List<Action> actions) {
      long start = System.nanoTime();
      for (int i = 0; i < actions.size(); i++) {
        long due = start + i * 666_000L;
        while (System.nanoTime() < due) {
          java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
        }
        send(actions.get(i), random.nextInt(PARTITIONS));
      }
      flush();
    }

    void awaitSent(int count) {
      Awaitility.await("load").atMost(LONG).until(() -> sent >= count);
    }

    /** Later than all else, in every partition: they close the windows and are in none of them. */
    void close(Instant time) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        send(LearnedActions.last(time), partition);
      }
      flush();
    }

    private void flush() {
      producer.flush();
      assertThat(failed).as("a record was not taken").isFalse();
    }

    @SuppressWarnings({"FutureReturnValueIgnored", "NonAtomicVolatileUpdate"}) // one sends
    private void send(Action action, int partition) {
      producer.send(
          new ProducerRecord<>(
              kafka.topics().scoredActions(),
              partition,
              action.agentId(),
              Action.CODEC.encode(action)),
          (metadata, error) -> failed |= error != null);
      sent++;
    }
  }
}
