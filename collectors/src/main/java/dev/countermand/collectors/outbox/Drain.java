package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.Spool;
import dev.countermand.collectors.spool.SpoolRecord;
import dev.countermand.model.DeadLetter;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  /** Nobody waits for a record that is on the disk, and a broker that just came back is slow. */
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);

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
  private final Map<Duration, Courier> candidates = new ConcurrentHashMap<>();

  private volatile @Nullable Courier active;

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
  void start(Consumer<Courier> nearlyEmpty) {
    Thread started = new Thread(() -> run(nearlyEmpty), "outbox-drain");
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
    Courier courier = active;
    if (courier != null) {
      courier.abandon();
    }
    Thread running = thread;
    try {
      if (running != null) {
        running.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    candidates.values().forEach(Courier::abandon);
  }

  private void run(Consumer<Courier> nearlyEmpty) {
    long pause = MIN_PAUSE_MILLIS;
    boolean quick = true;
    while (closing.getCount() > 0) {
      Courier courier = active == null ? find(DRAIN_PATIENCE) : active;
      active = courier;
      draining = courier != null;
      if (courier != null && (spool.isEmpty() || (quick && spool.records() <= NEARLY_EMPTY))) {
        Courier direct = find(patience);
        if (direct != null) {
          courier.abandon();
          active = null;
          draining = false;
          nearlyEmpty.accept(direct);
          return;
        }
      } else if (courier != null) {
        long begun = System.nanoTime();
        if (next(courier)) {
          quick = System.nanoTime() - begun < patience.toNanos() / 2;
          pause = MIN_PAUSE_MILLIS;
          continue;
        }
        active = null;
        draining = false;
      }
      pause(pause);
      pause = Math.min(MAX_PAUSE_MILLIS, pause * 2);
    }
  }

  private @Nullable Courier find(Duration patienceOfRecords) {
    if (!ready.getAsBoolean()) {
      return null;
    }
    Courier courier = candidates.get(patienceOfRecords);
    if (courier == null) {
      courier = new Courier(settings, patience, patienceOfRecords);
      candidates.put(patienceOfRecords, courier);
    }
    AtomicReference<String> asked = new AtomicReference<>("");
    try {
      courier.probe(topics, asked::set);
      candidates.remove(patienceOfRecords);
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
      Queue<SpoolRecord> letters = new ConcurrentLinkedQueue<>();
      for (SpoolRecord message : batch.records()) {
        courier.send(message, new Drained(message, letters::add));
      }
      courier.flush();
      for (SpoolRecord letter : letters) {
        // A letter is small; were it refused all the same, the log has said it.
        courier.send(letter, new Drained(letter, refused -> {}));
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
    private final Consumer<SpoolRecord> letters;

    Drained(SpoolRecord message, Consumer<SpoolRecord> letters) {
      this.message = message;
      this.letters = letters;
    }

    @Override
    public void onKafka() {}

    @Override
    public void lost(String what) {
      trouble(what);
    }

    @Override
    public void refused(Exception reason) {
      metrics.refused.increment();
      log.error(
          "Kafka will never take a record of {} bytes for {} that was in the spool, it becomes a"
              + " dead letter: {}",
          message.value().length,
          message.topic(),
          reason.getMessage());
      // What stands in the spool was redacted before.
      DeadLetter letter =
          DeadLetters.of(
              "spool",
              message.topic(),
              message.value(),
              "RECORD_REFUSED",
              "Kafka refuses this record of the spool for good: " + reason.getMessage(),
              new String(message.value(), StandardCharsets.UTF_8),
              Instant.ofEpochMilli(message.time()));
      letters.accept(
          new SpoolRecord(
              settings.topics().deadLetters(),
              null,
              DeadLetter.CODEC.encode(letter),
              message.time()));
    }
  }
}
