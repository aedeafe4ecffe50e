package dev.countermand.dashboards.console;

import dev.countermand.dashboards.Origin;
import dev.countermand.dashboards.timeline.Entries;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what happens, on a thread of its own. While Kafka is away it waits, and goes on where it
 * was.
 */
final class Tail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tail.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final KafkaSettings kafka;
  private final From from;
  private final Map<String, Kind<?>> kinds;
  private final Listener listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch positioned = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable KafkaConsumer<String, byte[]> following;
  // Of the following thread only.
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private String problem = "";

  /** Told of each thing that happens, on the following thread. */
  interface Listener {
    /**
     * @param document the record, an {@link Action} or another
     */
    void happened(Entry entry, Object document);
  }

  /** How the records of a topic are read. */
  private record Kind<T>(DocumentCodec<T> codec, BiFunction<T, Origin, Entry> entry) {
    void tell(byte[] value, Origin origin, Listener listener) {
      T document = codec.decode(value);
      listener.happened(entry.apply(document, origin), document);
    }
  }

  /** Where it begins. */
  enum From {
    /** With all that is there. */
    THE_BEGINNING,
    /** With what comes. */
    NOW
  }

  /** Starts following. */
  Tail(KafkaSettings kafka, Entries entries, From from, Listener listener) {
    this.kafka = kafka;
    this.from = from;
    this.listener = listener;
    Topics topics = kafka.topics();
    this.kinds =
        Map.of(
            topics.scoredActions(), new Kind<>(Action.CODEC, entries::of),
            topics.findings(), new Kind<>(Finding.CODEC, entries::of),
            topics.containmentOutcomes(), new Kind<>(ContainmentOutcome.CODEC, entries::of),
            topics.approvals(), new Kind<>(Approval.CODEC, entries::of),
            topics.audit(), new Kind<>(AuditEvent.CODEC, entries::of));
    this.thread = new Thread(this::follow, "console-tail");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until whatever is written from now on will be told; false when the limit passes. */
  boolean awaitPositioned(Duration limit) throws InterruptedException {
    return positioned.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void follow() {
    while (closing.getCount() > 0) {
      KafkaConsumer<String, byte[]> consumer = null;
      try {
        consumer = new KafkaConsumer<>(kafka.tailing("countermand-console"));
        following = consumer;
        // Who closed it before could not wake the consumer, so it is asked again here.
        if (closing.getCount() > 0) {
          follow(consumer);
        }
      } catch (WakeupException e) {
        log.debug("Following what happens ends");
      } catch (RuntimeException e) {
        report(e.getClass().getSimpleName() + ": " + e.getMessage());
        pause();
      } finally {
        if (consumer != null) {
          consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
      }
    }
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        kinds.keySet().stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> starts =
        from == From.NOW ? consumer.endOffsets(partitions) : consumer.beginningOffsets(partitions);
    partitions.forEach(
        one -> {
          long at = next.computeIfAbsent(one, key -> starts.getOrDefault(key, 0L));
          consumer.seek(one, at);
        });
    positioned.countDown();
    problem = "";
    while (closing.getCount() > 0) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        next.put(new TopicPartition(message.topic(), message.partition()), message.offset() + 1);
        tell(message);
      }
    }
  }

  private void tell(ConsumerRecord<String, byte[]> message) {
    Kind<?> kind = kinds.get(message.topic());
    if (kind == null || message.value() == null) {
      return;
    }
    Origin origin = Origin.of(message);
    try {
      kind.tell(message.value(), origin, listener);
    } catch (MalformedDocumentException e) {
      log.warn("The record {} cannot be read and is not shown", origin);
    } catch (RuntimeException e) {
      log.error("The record {} could not be shown", origin, e);
    }
  }

  /** Warns of a problem once, not at every try. */
  private void report(String now) {
    if (!now.equals(problem)) {
      problem = now;
      log.warn("What happens cannot be followed now: {}. Trying again until it works", now);
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    KafkaConsumer<String, byte[]> consumer = following;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
