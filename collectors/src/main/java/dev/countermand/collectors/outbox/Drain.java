package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.Spool;
import dev.countermand.collectors.spool.SpoolRecord;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for Kafka while it is away, and empties the spool when it is back. */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);
  private static final int BATCH_RECORDS = 250;
  private static final int BATCH_BYTES = 1024 * 1024;
  private static final long MIN_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 1_000;

  /** So few that the dispatcher empties the rest itself while new records wait a moment. */
  private static final int NEARLY_EMPTY = 100;

  private final KafkaSettings settings;
  private final Spool spool;
  private final List<String> topics;
  private final BooleanSupplier ready;
  private final Duration patience;
  private final OutboxMetrics metrics;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean draining;
  private volatile @Nullable Thread thread;

  /** Kept from one look to the next: a new one costs threads and fills the log. */
  private @Nullable Courier candidate;

  private volatile String lastTrouble = "";

  Drain(
      KafkaSettings settings,
      Spool spool,
      List<String> topics,
      BooleanSupplier ready,
      Duration patience,
      OutboxMetrics metrics) {
    this.settings = settings;
    this.spool = spool;
    this.topics = topics;
    this.ready = ready;
    this.patience = patience;
    this.metrics = metrics;
  }

  /** Starts a thread that hands over a courier when the spool is nearly empty. */
  void start(@Nullable Courier known, Consumer<Courier> nearlyEmpty) {
    Thread started = new Thread(() -> run(known, nearlyEmpty), "outbox-drain");
    started.setDaemon(true);
    thread = started;
    started.start();
  }

  /** Whether Kafka has been found and records are going there. */
  boolean isDraining() {
    return draining;
  }

  /** Stops draining; returns when no record is on its way. */
  void close() {
    closing.countDown();
    Thread running = thread;
    try {
      if (running != null) {
        running.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (candidate != null) {
      candidate.abandon();
    }
  }

  private void run(@Nullable Courier known, Consumer<Courier> nearlyEmpty) {
    Courier courier = known;
    long pause = MIN_PAUSE_MILLIS;
    while (closing.getCount() > 0) {
      courier = courier == null ? find() : courier;
      draining = courier != null;
      if (courier != null && spool.records() <= NEARLY_EMPTY) {
        draining = false;
        nearlyEmpty.accept(courier);
        return;
      }
      if (courier != null && next(courier)) {
        pause = MIN_PAUSE_MILLIS;
        continue;
      }
      courier = null;
      draining = false;
      pause(pause);
      pause = Math.min(MAX_PAUSE_MILLIS, pause * 2);
    }
    if (courier != null) {
      courier.abandon();
    }
  }

  private @Nullable Courier find() {
    if (!ready.getAsBoolean()) {
      return null;
    }
    AtomicReference<String> asked = new AtomicReference<>("");
    try {
      Courier courier = candidate == null ? new Courier(settings, patience) : candidate;
      candidate = courier;
      courier.probe(topics, asked::set);
      candidate = null;
      return courier;
    } catch (KafkaException e) {
      trouble("Kafka gives no partitions of topic " + asked.get() + ": " + e.getMessage());
      return null;
    }
  }

  private void trouble(String what) {
    if (!what.equals(lastTrouble)) {
      lastTrouble = what;
      log.warn("Records stay on the disk. {}", what);
    }
  }

  /** Brings all that is left to Kafka; whether that went well. */
  boolean finish(Courier courier) {
    while (!spool.isEmpty()) {
      if (!next(courier)) {
        return false;
      }
    }
    return true;
  }

  /** Brings the oldest records to Kafka; when that fails they stay where they are. */
  private boolean next(Courier courier) {
    try {
      Spool.Batch batch = spool.peek(BATCH_RECORDS, BATCH_BYTES);
      for (SpoolRecord message : batch.records()) {
        courier.send(message, new Drained(message));
      }
      courier.flush();
      if (courier.hasFailed()) {
        courier.abandon();
        return false;
      }
      spool.advance(batch.end());
      metrics.drained.increment(batch.records().size());
      lastTrouble = "";
      return true;
    } catch (RuntimeException e) {
      log.error("The spool could not be drained, trying again: {}", e.getMessage());
      courier.abandon();
      return false;
    }
  }

  private void pause(long millis) {
    try {
      closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }

  private final class Drained implements Courier.Result {
    private final SpoolRecord message;

    Drained(SpoolRecord message) {
      this.message = message;
    }

    @Override
    public void onKafka() {}

    @Override
    public void lost(Exception reason) {
      trouble("Kafka did not take one: " + reason.getMessage());
    }

    @Override
    public void refused(Exception reason) {
      metrics.refused.increment();
      log.error(
          "Kafka will never take a record of {} bytes for {} that was in the spool, it is dropped:"
              + " {}",
          message.value().length,
          message.topic(),
          reason.getMessage());
    }
  }
}
