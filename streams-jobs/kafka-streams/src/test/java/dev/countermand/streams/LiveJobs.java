package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.embedded.Trees;
import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in JVMs of their own on a real Kafka, to be killed, and their topics. What is sent is on its
 * way when {@code send} returns; {@link #flush} waits for the broker. For one thread.
 */
final class LiveJobs implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  final Topics topics;
  final KafkaSettings settings;
  final Admin admin;
  final KafkaProbe probe;

  private final int partitions;
  private final Path directory;
  private final KafkaProducer<String, byte[]> producer;
  private final List<ScoringProcess> running = new ArrayList<>();
  private final AtomicReference<Exception> unsent = new AtomicReference<>();

  LiveJobs(String name, int partitions, Path directory) {
    String bootstrap = TestServers.kafka().bootstrapServers();
    this.topics = new Topics(KafkaProbe.uniqueName(name));
    this.settings = new KafkaSettings(bootstrap, topics, Map.of());
    this.partitions = partitions;
    this.directory = directory;
    new TopicAdmin(settings).ensure(topics.all(), partitions, 1);
    this.admin = Admin.create(settings.admin(name));
    this.probe = new KafkaProbe(bootstrap);
    this.producer = new KafkaProducer<>(settings.producer(name));
  }

  /** Starts a job with the state of the last of that name, if there was one. */
  void start(Class<?> main, String name) throws IOException {
    running.add(
        ScoringProcess.start(
            main,
            settings.bootstrap(),
            topics.prefix(),
            state(name),
            directory.resolve("jobs.log")));
  }

  /** As {@code kill -9} does to every job: nothing is flushed, committed or closed. */
  void kill() throws InterruptedException {
    for (ScoringProcess job : running) {
      job.kill();
    }
    running.clear();
  }

  /** What the next job of that name finds is what one whose machine is lost finds: nothing. */
  void loseState(String name) {
    Trees.delete(state(name));
  }

  private Path state(String name) {
    return directory.resolve("state-" + name);
  }

  void send(String topic, String key, @Nullable Instant time, byte[] document) {
    Long millis = time == null ? null : time.toEpochMilli();
    producer.send(
        new ProducerRecord<>(topic, null, millis, key, document),
        (written, failure) -> {
          if (failure != null) {
            unsent.compareAndSet(null, failure);
          }
        });
  }

  void sendActions(Collection<Action> actions) {
    for (Action action : actions) {
      send(topics.actions(), action.agentId(), null, Action.CODEC.encode(action));
    }
  }

  void sendFindings(Collection<Finding> findings) {
    for (Finding finding : findings) {
      send(topics.findings(), finding.agentId(), finding.time(), Finding.CODEC.encode(finding));
    }
  }

  /**
   * Waits for the broker; where it did not take everything it fails, with what the producer did.
   */
  void flush() {
    producer.flush();
    assertThat(unsent.get())
        .as(() -> "why something could not be sent; the producer's metrics: " + metrics())
        .isNull();
  }

  private String metrics() {
    return producer.metrics().entrySet().stream()
        .filter(one -> one.getKey().group().equals("producer-metrics"))
        .map(one -> one.getKey().name() + " " + one.getValue().metricValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** Waits until something holds, asked so often; a job that ends meanwhile fails. */
  void await(Duration often, Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(often)
        .until(
            () -> {
              assertThat(running).as("jobs that are alive").allMatch(ScoringProcess::isAlive);
              return condition.call();
            });
  }

  /** Waits until a topic holds at least so many records, what is said again included. */
  void awaitEnd(String topic, long count) {
    await(Duration.ofMillis(1), () -> end(topic) >= count);
  }

  /** Waits until documents of at least so many ids are on a topic. */
  void awaitSaid(String topic, long ids) {
    await(Duration.ofMillis(500), () -> Said.on(probe, topic).size() >= ids);
  }

  /** How many records a topic has had, what is said again included. */
  long end(String topic) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions(topic).forEach(one -> latest.put(one, OffsetSpec.latest()));
    try {
      return admin.listOffsets(latest).all().get().values().stream()
          .mapToLong(one -> one.offset())
          .sum();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    producer.close();
    probe.close();
    admin.close();
  }
}
