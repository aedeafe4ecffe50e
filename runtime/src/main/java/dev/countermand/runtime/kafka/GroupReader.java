package dev.countermand.runtime.kafka;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics as a member of a group, on a thread of its own. After an error it begins again with
 * a consumer of its own, a second later. What it reads is handled, and committed, by its user.
 */
public final class GroupReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final String group;
  private final Handler handler;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile KafkaConsumer<String, byte[]> consumer;

  /** What is done with the records; called on the reader's thread only. */
  public interface Handler {
    /** Subscribes a consumer that is new. */
    void subscribe(KafkaConsumer<String, byte[]> consumer);

    /** Takes what one poll gave, which may be nothing. */
    void polled(KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> messages);

    /** The consumer is gone; another may follow. */
    default void ended() {}
  }

  /**
   * Reads nothing before {@link #start}.
   *
   * @param group the last part of the group's name, which also names client and thread
   */
  public GroupReader(KafkaSettings settings, String group, Handler handler) {
    this.settings = settings;
    this.group = group;
    this.handler = handler;
    this.consumer = new KafkaConsumer<>(properties());
    this.thread = new Thread(this::read, "reader-" + group);
    thread.setDaemon(true);
  }

  /** Begins to read. */
  public void start() {
    thread.start();
  }

  private Properties properties() {
    Properties properties = settings.consumer("countermand-" + group, group);
    properties.putIfAbsent(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // A crashed process is replaced this fast; brokers allow no less by default.
    properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
    properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "1500");
    return properties;
  }

  private void read() {
    while (closing.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> current = consumer) {
        handler.subscribe(current);
        while (closing.getCount() > 0) {
          handler.polled(current, current.poll(POLL));
        }
      } catch (WakeupException e) {
        log.debug("Reading of group {} ends", group);
      } catch (RuntimeException e) {
        log.error("Group {} cannot read now, trying again: {}", group, e.toString());
        pause();
      } finally {
        handler.ended();
      }
      if (closing.getCount() > 0) {
        consumer = new KafkaConsumer<>(properties());
      }
    }
  }

  private void pause() {
    try {
      closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the group. */
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
}
