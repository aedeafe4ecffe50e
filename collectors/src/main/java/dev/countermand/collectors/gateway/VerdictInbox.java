package dev.countermand.collectors.gateway;

import dev.countermand.model.Verdict;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of verdicts from its end and hands each to the attempt that waits for it.
 * Verdicts of gateways, this one's own among them, are passed over. Thread-safe.
 */
final class VerdictInbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VerdictInbox.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration RECHECK = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 200;

  private final KafkaSettings settings;
  private final String topic;
  private final ConcurrentMap<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean positioned;
  private volatile @Nullable KafkaConsumer<String, byte[]> current;

  private record Waiting(String agentId, CompletableFuture<Optional<Verdict>> verdict) {}

  VerdictInbox(KafkaSettings settings) {
    this.settings = settings;
    this.topic = settings.topics().verdicts();
    this.thread = new Thread(this::follow, "verdicts");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Whether no verdict on an action that is sent from now on can be missed. Once true it stays so:
   * after a loss of Kafka, reading goes on where it stopped.
   */
  boolean isPositioned() {
    return positioned;
  }

  /**
   * The verdict of the scorer, once it is there; the caller completes it without one when it no
   * longer waits, and calls {@link #forget} in the end.
   */
  CompletableFuture<Optional<Verdict>> expect(String actionId, String agentId) {
    CompletableFuture<Optional<Verdict>> verdict = new CompletableFuture<>();
    waiting.put(actionId, new Waiting(agentId, verdict));
    return verdict;
  }

  void forget(String actionId) {
    waiting.remove(actionId);
  }

  int waiting() {
    return waiting.size();
  }

  private void follow() {
    while (closing.getCount() > 0) {
      KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(settings.tailing("countermand-gateway-verdicts"));
      try {
        current = consumer;
        follow(consumer);
      } catch (WakeupException e) {
        log.debug("Following {} ends", topic);
      } catch (KafkaException e) {
        log.warn("Topic {} cannot be followed now, trying again: {}", topic, e.getMessage());
      } finally {
        // Not half a minute for a broker that is away.
        consumer.close(CloseOptions.timeout(POLL));
      }
      pause();
    }
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    while (closing.getCount() > 0) {
      List<TopicPartition> partitions = partitions(consumer);
      if (partitions.isEmpty()) {
        pause();
        continue;
      }
      position(consumer, partitions);
      if (!positioned) {
        positioned = true;
        log.info("Following {} partition(s) of {}", partitions.size(), topic);
      }
      long recheck = System.nanoTime() + RECHECK.toNanos();
      while (closing.getCount() > 0 && System.nanoTime() < recheck) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          deliver(message);
          positions.put(new TopicPartition(topic, message.partition()), message.offset() + 1);
        }
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    consumer
        .partitionsFor(topic, LIMIT)
        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    return partitions;
  }

  /** New partitions are read from their end at the start, and from their beginning later on. */
  private void position(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    if (consumer.assignment().containsAll(partitions)) {
      return;
    }
    Map<TopicPartition, Long> ends = positioned ? Map.of() : consumer.endOffsets(partitions, LIMIT);
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      long from = positions.getOrDefault(partition, ends.getOrDefault(partition, 0L));
      positions.put(partition, from);
      consumer.seek(partition, from);
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> message) {
    if (message.value() == null || waiting.isEmpty()) {
      return;
    }
    try {
      Verdict verdict = Verdict.CODEC.decode(message.value());
      Waiting attempt = waiting.get(verdict.actionId());
      if (attempt != null
          && attempt.agentId().equals(verdict.agentId())
          && !Answer.byGateway(verdict)) {
        attempt.verdict().complete(Optional.of(verdict));
      }
    } catch (MalformedDocumentException e) {
      log.warn(
          "Record at offset {} of {}-{} is no verdict and is skipped: {}",
          message.offset(),
          topic,
          message.partition(),
          e.getMessage());
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    KafkaConsumer<String, byte[]> consumer = current;
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
