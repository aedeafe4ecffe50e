package dev.countermand.collectors.outbox;

import dev.countermand.collectors.spool.Spool;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which way each record goes. All state belongs to its one thread; others only add
 * commands.
 */
final class Dispatcher implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /** Most records that share one fsync. */
  private static final int GROUP = 1_000;

  private final BlockingQueue<Command> commands;
  private final Spool spool;
  private final Drain drain;
  private final OutboxMetrics metrics;
  private final Losses losses;

  /** Sent and not yet known to be on Kafka, in the order they were put. */
  private final Deque<Entry> onTheWay = new ArrayDeque<>();

  private @Nullable Courier courier;
  private final CountDownLatch firstUp = new CountDownLatch(1);
  private volatile boolean up;
  private volatile boolean ended;
  private boolean closing;

  /** Something for the dispatcher to do. */
  sealed interface Command permits Put, Lost, NearlyEmpty, Close {}

  record Put(Entry entry) implements Command {}

  record Lost(Courier courier, String what) implements Command {}

  record NearlyEmpty(Courier courier) implements Command {}

  record Close() implements Command {}

  Dispatcher(
      BlockingQueue<Command> commands,
      Spool spool,
      Drain drain,
      OutboxMetrics metrics,
      Losses losses) {
    this.losses = losses;
    this.commands = commands;
    this.spool = spool;
    this.drain = drain;
    this.metrics = metrics;
  }

  Outbox.Way way() {
    if (up) {
      return Outbox.Way.UP;
    }
    return drain.isDraining() ? Outbox.Way.DRAINING : Outbox.Way.AWAY;
  }

  /** Waits until Kafka has been found for the first time; whether it was within the limit. */
  boolean awaitUp(Duration limit) throws InterruptedException {
    return firstUp.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    startDrain();
    while (!closing) {
      try {
        work(commands.take());
      } catch (InterruptedException e) {
        closing = true;
      } catch (RuntimeException e) {
        log.error("The outbox met an unexpected error and goes on", e);
      }
    }
    finish();
  }

  private void work(Command first) {
    List<Command> group = new ArrayList<>();
    group.add(first);
    commands.drainTo(group, GROUP - 1);
    List<Entry> forDisk = new ArrayList<>();
    for (Command command : group) {
      if (command instanceof Put put) {
        Courier now = courier;
        if (now == null) {
          forDisk.add(put.entry());
        } else {
          send(now, put.entry());
        }
      } else {
        // A change of the way comes after every record that was put before it.
        spool(forDisk);
        forDisk = new ArrayList<>();
        change(command);
      }
    }
    spool(forDisk);
    while (!onTheWay.isEmpty() && onTheWay.peekFirst().receipt.isDone()) {
      onTheWay.removeFirst();
    }
  }

  private void change(Command command) {
    if (command instanceof Lost lost) {
      if (lost.courier() == courier) {
        depart(lost.courier(), lost.what());
      }
    } else if (command instanceof NearlyEmpty arrival) {
      arrive(arrival.courier());
    } else {
      closing = true;
    }
  }

  private void send(Courier now, Entry entry) {
    onTheWay.addLast(entry);
    now.send(
        entry.message,
        new Courier.Result() {
          @Override
          public void onKafka() {
            metrics.toKafka.increment();
            entry.receipt.complete(Receipt.KAFKA);
          }

          @Override
          public void lost(String what) {
            commands.add(new Lost(now, what));
          }

          @Override
          public void refused(Exception reason) {
            metrics.refused.increment();
            entry.receipt.completeExceptionally(
                new CountermandException(
                    "RECORD_REFUSED", "Kafka will not take a record: " + reason.getMessage()));
          }
        });
  }

  private void depart(Courier lost, String what) {
    log.warn("Records go to the disk until Kafka takes them in time again. {}", what);
    metrics.departures.increment();
    courier = null;
    up = false;
    lost.abandon();
    List<Entry> unsure = onTheWay.stream().filter(entry -> !entry.receipt.isDone()).toList();
    onTheWay.clear();
    spool(unsure);
    startDrain();
  }

  private void arrive(Courier arrived) {
    if (!drain.finish(arrived)) {
      startDrain();
      return;
    }
    log.info("Kafka is up, records go to it");
    losses.onKafka().ifPresent(log::warn);
    courier = arrived;
    up = true;
    firstUp.countDown();
  }

  private void startDrain() {
    drain.start(found -> commands.add(new NearlyEmpty(found)));
  }

  private void spool(List<Entry> entries) {
    int from = 0;
    while (from < entries.size()) {
      double share = entries.get(from).share;
      int to = from;
      while (to < entries.size() && entries.get(to).share == share) {
        to++;
      }
      spool(entries.subList(from, to), share);
      from = to;
    }
  }

  private void spool(List<Entry> entries, double share) {
    int taken;
    try {
      taken = spool.append(entries.stream().map(entry -> entry.message).toList(), share);
    } catch (CountermandException e) {
      lost(e, entries);
      return;
    }
    metrics.toSpool.increment(taken);
    Receipt receipt = drain.isDraining() ? Receipt.DRAINING : Receipt.SPOOL;
    entries.subList(0, taken).forEach(entry -> entry.receipt.complete(receipt));
    List<Entry> rest = entries.subList(taken, entries.size());
    if (!rest.isEmpty()) {
      metrics.full.increment(rest.size());
      CountermandException full =
          new CountermandException(
              "SPOOL_FULL",
              "Kafka is away and the spool on disk is full. Bring Kafka back, or raise"
                  + " gateway.spool.max-bytes.");
      if (share == 1) {
        lost(full, rest);
      } else {
        // These give way to the others before it is full.
        fail(full, rest);
      }
    } else if (share == 1) {
      losses.onDisk().ifPresent(log::warn);
    }
  }

  private void lost(CountermandException why, List<Entry> entries) {
    metrics.lost.increment(entries.size());
    losses.lost(why.code(), String.valueOf(why.getMessage()), entries.size()).ifPresent(log::error);
    fail(why, entries);
  }

  private static void fail(CountermandException why, List<Entry> entries) {
    entries.forEach(entry -> entry.receipt.completeExceptionally(why));
  }

  /** Brings what is still on its way to safety. */
  private void finish() {
    drain.close();
    List<Command> left = new ArrayList<>();
    commands.drainTo(left);
    Courier now = courier;
    for (Command command : left) {
      if (command instanceof NearlyEmpty arrival) {
        arrival.courier().abandon();
      } else if (command instanceof Put put && now != null) {
        send(now, put.entry());
      } else if (command instanceof Put put) {
        onTheWay.addLast(put.entry());
      }
    }
    if (now != null) {
      now.flush();
      now.close();
    }
    spool(onTheWay.stream().filter(entry -> !entry.receipt.isDone()).toList());
    courier = null;
    up = false;
    ended = true;
    failIfEnded();
  }

  /** Breaks the promise of records that came too late. */
  void failIfEnded() {
    for (Command late = ended ? commands.poll() : null; late != null; late = commands.poll()) {
      if (late instanceof Put put) {
        put.entry()
            .receipt
            .completeExceptionally(
                new CountermandException("GATEWAY_CLOSED", "The gateway is shutting down."));
      }
    }
  }
}
