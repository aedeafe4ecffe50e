package dev.countermand.dashboards;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps a consumer in its group while its records wait to be written: it polls with every partition
 * paused, those it is given meanwhile too. For the consumer's thread.
 */
final class PausedConsumer implements ConsumerRebalanceListener {
  /** Far below {@code max.poll.interval.ms}. */
  private static final long POLL_EVERY_MILLIS = 500;

  private final KafkaConsumer<String, byte[]> consumer;
  private boolean paused;

  /** Subscribes the consumer. */
  PausedConsumer(KafkaConsumer<String, byte[]> consumer, String topic) {
    this.consumer = consumer;
    consumer.subscribe(List.of(topic), this);
  }

  /** Waits for the work; false when closing came first. */
  boolean keepAliveUntil(CompletableFuture<?> work, CompletableFuture<Void> closing) {
    CompletableFuture<Object> either = CompletableFuture.anyOf(work, closing);
    await(either, Long.MAX_VALUE);
    return work.isDone();
  }

  /** Waits that long; false when closing came first. */
  boolean keepAliveFor(Duration duration, CompletableFuture<Void> closing) {
    await(closing, duration.toNanos());
    return !closing.isDone();
  }

  private void await(CompletableFuture<?> event, long nanos) {
    long begin = System.nanoTime();
    try {
      while (!event.isDone() && System.nanoTime() - begin < nanos) {
        long left = TimeUnit.NANOSECONDS.toMillis(nanos - (System.nanoTime() - begin)) + 1;
        if (!happens(event, Math.min(left, POLL_EVERY_MILLIS))) {
          pollPaused();
        }
      }
    } finally {
      resume();
    }
  }

  private static boolean happens(CompletableFuture<?> event, long millis) {
    try {
      event.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event that must not fail failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Elasticsearch", e);
    }
  }

  private void pollPaused() {
    paused = true;
    consumer.pause(consumer.assignment());
    consumer.poll(Duration.ZERO);
  }

  private void resume() {
    if (paused) {
      paused = false;
      consumer.resume(consumer.assignment());
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (paused) {
      consumer.pause(partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
}
