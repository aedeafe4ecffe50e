package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the orders and hands them to the agents of its partitions, on a thread of its own. Commits
 * a partition up to its lowest unfinished order, so that after a crash each unfinished one comes
 * again.
 */
final class OrderConsumer implements AutoCloseable {
  /** Unfinished orders above which no more are read. */
  static final int MAX_UNFINISHED = 10_000;

  private static final Logger log = LoggerFactory.getLogger(OrderConsumer.class);
  private static final String GROUP = "containment";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final String topic;
  private final Agents agents;
  private final Journal journal;
  private final OffsetTracker offsets = new OffsetTracker();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile KafkaConsumer<String, byte[]> consumer;

  OrderConsumer(KafkaSettings settings, Agents agents, Journal journal) {
    this.settings = settings;
    this.topic = settings.topics().containmentOrders();
    this.agents = agents;
    this.journal = journal;
    this.consumer = new KafkaConsumer<>(properties());
    this.thread = new Thread(this::consume, "containment-orders");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** How many orders are read and not finished. */
  int unfinished() {
    return offsets.unfinished();
  }

  private Properties properties() {
    Properties properties = settings.consumer("countermand-containment", GROUP);
    properties.putIfAbsent(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // A crashed process is replaced this fast; brokers allow no less by default.
    properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    return properties;
  }

  private void consume() {
    while (closing.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> current = consumer) {
        current.subscribe(java.util.List.of(topic), new Rebalance(current));
        while (closing.getCount() > 0) {
          current.poll(POLL).forEach(this::dispatch);
          commit(current);
          throttle(current);
        }
      } catch (WakeupException e) {
        // Closing.
      } catch (RuntimeException e) {
        log.error("Orders cannot be read now, trying again: {}", e.toString());
        pause();
      }
      if (closing.getCount() > 0) {
        consumer = new KafkaConsumer<>(properties());
      }
    }
  }

  private void dispatch(ConsumerRecord<String, byte[]> message) {
    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
    offsets.started(partition, message.offset());
    Runnable finished = () -> offsets.finished(partition, message.offset());
    try {
      if (message.value() == null) {
        throw new MalformedDocumentException("", "is empty");
      }
      ContainmentOrder order = ContainmentOrder.CODEC.decode(message.value());
      agents.at(order.agentId(), message.partition()).receive(order, finished);
    } catch (MalformedDocumentException e) {
      log.warn(
          "Record at offset {} of {} is no containment order and goes to the dead letters: {}",
          message.offset(),
          partition,
          e.getMessage());
      journal.write(
          DeadLetters.of(
              "containment",
              message,
              "ORDER_UNREADABLE",
              String.valueOf(e.getMessage()),
              journal.now()));
      finished.run();
    }
  }

  private void commit(KafkaConsumer<String, byte[]> current) {
    Map<TopicPartition, OffsetAndMetadata> moved = offsets.toCommit();
    if (!moved.isEmpty()) {
      current.commitAsync(
          moved,
          (done, error) -> {
            if (error == null) {
              offsets.committed(done);
            } else {
              log.debug("Offsets are committed with the next ones: {}", error.getMessage());
            }
          });
    }
  }

  private void throttle(KafkaConsumer<String, byte[]> current) {
    if (offsets.unfinished() > MAX_UNFINISHED) {
      current.pause(current.assignment());
    } else if (!current.paused().isEmpty()) {
      current.resume(current.paused());
    }
  }

  private void commitNow(KafkaConsumer<String, byte[]> current) {
    try {
      Map<TopicPartition, OffsetAndMetadata> moved = offsets.toCommit();
      if (!moved.isEmpty()) {
        current.commitSync(moved, Duration.ofSeconds(5));
        offsets.committed(moved);
      }
    } catch (KafkaException e) {
      log.warn("The last finished orders will come again, which does no harm: {}", e.getMessage());
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Commits what is finished and leaves the group. */
  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, byte[]> current;

    Rebalance(KafkaConsumer<String, byte[]> current) {
      this.current = current;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
      if (!added.isEmpty()) {
        agents.own(
            added.stream().map(TopicPartition::partition).toList(),
            current.partitionsFor(topic).size());
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> removed) {
      agents.disown(removed.stream().map(TopicPartition::partition).toList());
      commitNow(current);
      offsets.forget(removed);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      agents.disown(lost.stream().map(TopicPartition::partition).toList());
      offsets.forget(lost);
    }
  }
}
