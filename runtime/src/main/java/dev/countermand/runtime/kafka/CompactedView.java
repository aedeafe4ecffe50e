package dev.countermand.runtime.kafka;

import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a map that follows it, some milliseconds behind. Reads from any thread;
 * listeners are called from the one thread that follows the topic. While Kafka is away the last
 * known values stay.
 *
 * @param <V> the record in the topic
 */
public final class CompactedView<V> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CompactedView.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final KafkaSettings settings;
  private final String topic;
  private final DocumentCodec<V> codec;
  private final BiConsumer<String, @Nullable V> listener;
  private final Map<String, V> values = new ConcurrentHashMap<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

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
    this.settings = settings;
    this.topic = topic;
    this.codec = codec;
    this.listener = listener;
    this.thread = new Thread(this::follow, "view-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts following, with nobody told of changes. */
  public CompactedView(KafkaSettings settings, String topic, DocumentCodec<V> codec) {
    this(settings, topic, codec, (key, value) -> {});
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
   * @throws CountermandException KAFKA_UNREACHABLE when that takes longer than the limit
   */
  public CompactedView<V> awaitCaughtUp(Duration limit) {
    try {
      if (!caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CountermandException(
            "KAFKA_UNREACHABLE",
            "Topic "
                + topic
                + " could not be read from "
                + settings.bootstrap()
                + " within "
                + limit.toMillis()
                + " ms. Check kafka.bootstrap, and that the broker runs.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while reading " + topic + ".", e);
    }
    return this;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    while (closing.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(settings.tailing("countermand-view-" + topic))) {
        follow(consumer);
      } catch (WakeupException | InterruptException e) {
        Thread.interrupted();
      } catch (KafkaException e) {
        log.warn("Topic {} cannot be followed now, trying again: {}", topic, e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      log.warn("Topic {} does not exist yet, trying again", topic);
      pause();
      return;
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (closing.getCount() > 0) {
      consumer.poll(POLL).forEach(this::apply);
      if (!isCaughtUp()
          && partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
        caughtUp.countDown();
      }
    }
  }

  private void apply(ConsumerRecord<String, byte[]> message) {
    if (message.key() == null) {
      return;
    }
    try {
      V value = message.value() == null ? null : codec.decode(message.value());
      if (value == null) {
        values.remove(message.key());
      } else {
        values.put(message.key(), value);
      }
      listener.accept(message.key(), value);
    } catch (MalformedDocumentException e) {
      log.warn(
          "Record at offset {} of {}-{} is skipped, the value before it stays: {}",
          message.offset(),
          topic,
          message.partition(),
          e.getMessage());
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
