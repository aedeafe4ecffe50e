package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.Spool;
import dev.countermand.collectors.spool.SpoolRecord;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings records to Kafka in the order they are put, or onto the disk while Kafka is away; from
 * there they go to Kafka, oldest first, before anything newer does. A record may come to Kafka
 * twice (with the same bytes), never not at all, and never after a later one of the same key that
 * had not come before.
 *
 * <p>Thread-safe. One thread of its own decides which way a record goes.
 */
public final class Outbox implements AutoCloseable {
  private static final long MAX_QUEUED_BYTES = 64L * 1024 * 1024;

  private final BlockingQueue<Dispatcher.Command> commands = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Spool spool;
  private final InstantSource clock;
  private final Losses losses;
  private final Dispatcher dispatcher;
  private final Thread thread;
  private volatile boolean closed;

  /** How Kafka is reached at the moment. */
  public enum Way {
    /** Records go to Kafka. */
    UP,
    /** Kafka is back; older records go there first. */
    DRAINING,
    /** Records go to the disk. */
    AWAY
  }

  /**
   * Starts with Kafka taken for away; {@link #way} tells when it has been found.
   *
   * @param topics every topic records are put for; all must exist before any record goes to Kafka
   * @param ready asked before the way to Kafka is opened; it stays closed while this is false
   * @param patience how long a record may take before Kafka counts as away
   */
  public Outbox(
      KafkaSettings settings,
      Spool spool,
      List<String> topics,
      BooleanSupplier ready,
      Duration patience,
      OutboxMetrics metrics,
      InstantSource clock) {
    this.spool = spool;
    this.clock = clock;
    this.losses = new Losses(clock);
    this.dispatcher =
        new Dispatcher(
            commands,
            spool,
            new Drain(settings, spool, topics, ready, patience, metrics),
            metrics,
            losses);
    this.thread = new Thread(dispatcher, "outbox");
    thread.start();
  }

  /**
   * Puts a record.
   *
   * @return where it is safe, once it is; or a {@link CountermandException} SPOOL_FULL,
   *     SPOOL_UNUSABLE, RECORD_REFUSED, GATEWAY_OVERLOADED or GATEWAY_CLOSED
   */
  public CompletableFuture<Receipt> put(String topic, @Nullable String key, byte[] value) {
    return put(topic, key, value, 1.0);
  }

  /** Puts a record that may be dropped when more than half of the spool is full. */
  public CompletableFuture<Receipt> putLesser(String topic, @Nullable String key, byte[] value) {
    return put(topic, key, value, Entry.SHARE_OF_LESSER);
  }

  private CompletableFuture<Receipt> put(
      String topic, @Nullable String key, byte[] value, double share) {
    Entry entry = new Entry(new SpoolRecord(topic, key, value, clock.millis()), share);
    if (closed) {
      return CompletableFuture.failedFuture(
          new CountermandException("GATEWAY_CLOSED", "The gateway is shutting down."));
    }
    if (queuedBytes.addAndGet(entry.size()) > MAX_QUEUED_BYTES) {
      queuedBytes.addAndGet(-entry.size());
      return CompletableFuture.failedFuture(
          new CountermandException(
              "GATEWAY_OVERLOADED", "More actions arrive than can be stored. Try again."));
    }
    CompletableFuture<Receipt> receipt =
        entry.receipt.whenComplete((r, e) -> queuedBytes.addAndGet(-entry.size()));
    commands.add(new Dispatcher.Put(entry));
    dispatcher.failIfEnded();
    return receipt;
  }

  /** How Kafka is reached at the moment. */
  public Way way() {
    return dispatcher.way();
  }

  /** What is being lost, on neither Kafka nor the disk; empty while all is kept. */
  public Optional<Loss> loss() {
    return losses.now();
  }

  /** Waits until Kafka has been found for the first time; whether it was within the limit. */
  public boolean awaitUp(Duration limit) {
    try {
      return dispatcher.awaitUp(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns when everything that was put is safe, and lets the spool's files go. */
  @Override
  public void close() {
    closed = true;
    commands.add(new Dispatcher.Close());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    spool.close();
  }
}
