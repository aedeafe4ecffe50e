package dev.countermand.runtime.kafka;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a map that follows it, some milliseconds behind. Reads from any thread;
 * listeners are called from the one thread that follows the topic. While Kafka is away the last
 * known values stay, and following goes on where it stopped.
 *
 * @param <V> the record in the topic
 */
public final class CompactedView<V> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CompactedView.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  private static final Duration METADATA_AGE = Duration.ofSeconds(30);

  private final KafkaSettings settings;
  private final String topic;
  private final DocumentCodec<V> codec;
  private final BiConsumer<String, @Nullable V> listener;
  private final boolean keeps;
  private final Map<String, V> values = new ConcurrentHashMap<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<TopicPartition, Long> reached = new ConcurrentHashMap<>();
  private final Set<Awaited> awaited = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Object adminLock = new Object();
  private @Nullable Admin admin;
  // These two are of the following thread only.
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private String problem = "";
  private final Thread thread;
  private volatile @Nullable KafkaConsumer<String, byte[]> following;
  private volatile boolean isAbsent;

  /** A question that is answered when the topic is read up to these offsets. */
  private record Awaited(Map<TopicPartition, Long> ends, CompletableFuture<Void> read) {}

  /**
   * Starts following; {@link #awaitCaughtUp} tells when the map is complete.
   *
   * @param listener told of every change, null for a removal; called on the following thread
   */
  public CompactedView(
      KafkaSettings settings,
      String topic,
      DocumentCodec<V> codec,
      BiConsumer<String, @Nullable V> listener) {
    this(settings, topic, codec, listener, true);
  }

  private CompactedView(
      KafkaSettings settings,
      String topic,
      DocumentCodec<V> codec,
      BiConsumer<String, @Nullable V> listener,
      boolean keeps) {
    this.settings = settings;
    this.topic = topic;
    this.codec = codec;
    this.listener = listener;
    this.keeps = keeps;
    this.thread = new Thread(this::follow, "view-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts following, with nobody told of changes. */
  public CompactedView(KafkaSettings settings, String topic, DocumentCodec<V> codec) {
    this(settings, topic, codec, (key, value) -> {});
  }

  /**
   * Starts following a topic that may hold more than fits into memory: no value is kept here, the
   * listener keeps what it wants.
   */
  public static <V> CompactedView<V> keepingNothing(
      KafkaSettings settings,
      String topic,
      DocumentCodec<V> codec,
      BiConsumer<String, @Nullable V> listener) {
    return new CompactedView<>(settings, topic, codec, listener, false);
  }

  /** The value of a key, if it has one. */
  public Optional<V> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** All values now. */
  public List<V> all() {
    return List.copyOf(values.values());
  }

  /** Whether everything that was in the topic at the start has been read. */
  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  /**
   * Waits until everything that was in the topic at the start has been read.
   *
   * @throws CountermandException when that takes longer than the limit: KAFKA_TOPIC_ABSENT when
   *     Kafka answers and has no such topic, KAFKA_UNREACHABLE otherwise
   */
  public CompactedView<V> awaitCaughtUp(Duration limit) {
    try {
      if (!caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw isAbsent ? absent() : late(limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while reading " + topic + ".", e);
    }
    return this;
  }

  private CountermandException absent() {
    return new CountermandException(
        "KAFKA_TOPIC_ABSENT",
        "Kafka at "
            + settings.bootstrap()
            + " has no topic "
            + topic
            + ". Start countermand up, or any role, which creates it, or check kafka.bootstrap and"
            + " kafka.topic-prefix.");
  }

  private CountermandException late(Duration limit) {
    return new CountermandException(
        "KAFKA_UNREACHABLE",
        "Topic "
            + topic
            + " could not be read from "
            + settings.bootstrap()
            + " within "
            + limit.toMillis()
            + " ms. Check kafka.bootstrap, and that the broker runs.");
  }

  /**
   * Completes when everything has been read that Kafka had acknowledged before this was called,
   * whoever wrote it; with {@link CancellationException} when the view is closed before. While
   * Kafka is away it waits. What depends on it must be short: it runs on the following thread, or
   * on one of a client.
   */
  public CompletableFuture<Void> upToNow() {
    return ready.thenCompose(x -> ends()).thenCompose(this::readUpTo);
  }

  private CompletableFuture<Void> readUpTo(Map<TopicPartition, Long> ends) {
    Awaited question = new Awaited(ends, new CompletableFuture<>());
    awaited.add(question);
    tellWhoWaits();
    return question.read();
  }

  private CompletableFuture<Map<TopicPartition, Long>> ends() {
    CompletableFuture<Map<TopicPartition, Long>> asked;
    try {
      asked = askForEnds();
    } catch (KafkaException | IllegalStateException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    return asked.exceptionallyCompose(
        error ->
            closing.getCount() == 0
                ? CompletableFuture.failedFuture(new CancellationException("the view is closed"))
                : CompletableFuture.supplyAsync(() -> null, LATER).thenCompose(x -> ends()));
  }

  // Not by the consumer: on its connection the question would wait behind a fetch that itself
  // waits for news.
  private CompletableFuture<Map<TopicPartition, Long>> askForEnds() {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    reached.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    return admin()
        .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .toCompletionStage()
        .toCompletableFuture()
        .thenApply(
            found -> {
              Map<TopicPartition, Long> ends = new HashMap<>();
              found.forEach((partition, end) -> ends.put(partition, end.offset()));
              return ends;
            });
  }

  private Admin admin() {
    synchronized (adminLock) {
      if (closing.getCount() == 0) {
        throw new IllegalStateException("the view is closed");
      }
      Admin client = admin;
      if (client == null) {
        client = Admin.create(settings.admin("countermand-ends-" + topic));
        admin = client;
      }
      return client;
    }
  }

  private void tellWhoWaits() {
    boolean isClosed = closing.getCount() == 0;
    for (Awaited one : awaited) {
      boolean isRead =
          one.ends().entrySet().stream()
              .allMatch(end -> reached.getOrDefault(end.getKey(), 0L) >= end.getValue());
      if (isRead && awaited.remove(one)) {
        one.read().complete(null);
      } else if (isClosed && awaited.remove(one)) {
        one.read().completeExceptionally(new CancellationException("the view is closed"));
      }
    }
  }

  /** Stops following; the values stay readable. Returns at the latest after 5 s. */
  @Override
  public void close() {
    closing.countDown();
    KafkaConsumer<String, byte[]> consumer = following;
    if (consumer != null) {
      consumer.wakeup();
    }
    synchronized (adminLock) {
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    while (closing.getCount() > 0) {
      try (Closing consumer = new Closing(new KafkaConsumer<>(clientSettings()))) {
        following = consumer.target();
        // Who closed it before could not wake the consumer, so it is asked again here.
        if (closing.getCount() > 0) {
          follow(consumer.target());
        }
      } catch (WakeupException e) {
        log.debug("Following topic {} ends", topic);
      } catch (RuntimeException e) {
        isAbsent = false;
        // Whatever it is, following goes on: a gateway must not keep an old kill switch for ever.
        report("cannot be followed now: " + e.getClass().getSimpleName() + ": " + e.getMessage());
        pause();
      }
    }
    ready.completeExceptionally(new CancellationException("the view is closed"));
    tellWhoWaits();
  }

  /** Closes a consumer without the half minute it would wait for a broker that is away. */
  private record Closing(KafkaConsumer<String, byte[]> target) implements AutoCloseable {
    @Override
    public void close() {
      target.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private Properties clientSettings() {
    Properties properties = settings.tailing("countermand-view-" + topic);
    // How soon partitions that an operator adds are seen.
    properties.putIfAbsent(
        ConsumerConfig.METADATA_MAX_AGE_CONFIG, Long.toString(METADATA_AGE.toMillis()));
    return properties;
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = partitions(consumer);
    isAbsent = partitions.isEmpty();
    if (isAbsent) {
      report("does not exist yet");
      pause();
      return;
    }
    consumer.assign(partitions);
    // From where it was left: reading again from the start would bring back old values for a while.
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    partitions.forEach(p -> consumer.seek(p, next.getOrDefault(p, starts.getOrDefault(p, 0L))));
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    problem = "";
    long looked = System.nanoTime();
    while (closing.getCount() > 0) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        apply(message);
        next.put(new TopicPartition(topic, message.partition()), message.offset() + 1);
      }
      partitions.forEach(p -> reached.put(p, consumer.position(p)));
      tellWhoWaits();
      if (!isCaughtUp()
          && partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
        caughtUp.countDown();
        ready.complete(null);
      }
      if (System.nanoTime() - looked > METADATA_AGE.toNanos()) {
        looked = System.nanoTime();
        if (partitions(consumer).size() > partitions.size()) {
          log.info("Topic {} has more partitions now, following them too", topic);
          return;
        }
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private void apply(ConsumerRecord<String, byte[]> message) {
    if (message.key() == null) {
      skipped(message, "it has no key");
      return;
    }
    V value;
    try {
      value = message.value() == null ? null : codec.decode(message.value());
    } catch (MalformedDocumentException e) {
      skipped(message, String.valueOf(e.getMessage()));
      return;
    }
    if (value == null) {
      values.remove(message.key());
    } else if (keeps) {
      values.put(message.key(), value);
    }
    try {
      listener.accept(message.key(), value);
    } catch (RuntimeException e) {
      log.error("A listener of topic {} failed on offset {}", topic, message.offset(), e);
    }
  }

  private void skipped(ConsumerRecord<String, byte[]> message, String why) {
    log.warn(
        "Record at offset {} of {}-{} is skipped, the value before it stays: {}",
        message.offset(),
        topic,
        message.partition(),
        why);
  }

  /** Warns of a problem once, not at every try. */
  private void report(String now) {
    if (!now.equals(problem)) {
      problem = now;
      log.warn("Topic {} {}. Trying again until it works; the last known values stay", topic, now);
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
