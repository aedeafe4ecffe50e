package dev.countermand.containment.signals;

import dev.countermand.model.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits for each stream: the topic of signals in memory, oldest first. Thread-safe. Its size
 * is bounded by {@link #MAX_WAITING}, above which nothing more is written to the topic.
 */
final class Outbox {
  /** Most signals that wait for one stream. */
  static final int MAX_WAITING = 10_000;

  private final Map<String, LinkedHashMap<String, Signal>> waiting = new HashMap<>();
  private final Map<String, CompletableFuture<Void>> polls = new HashMap<>();

  Outbox(Set<String> streams) {
    streams.forEach(stream -> waiting.put(stream, new LinkedHashMap<>()));
  }

  /** A record of the topic; null for one that was removed. */
  synchronized void put(String key, @Nullable Signal signal) {
    if (signal == null) {
      int bar = key.indexOf('|');
      if (bar > 0) {
        remove(key.substring(0, bar), key.substring(bar + 1));
      }
      return;
    }
    LinkedHashMap<String, Signal> stream = waiting.get(signal.stream());
    if (stream != null) {
      stream.put(signal.id(), signal);
      wake(signal.stream());
    }
  }

  synchronized void remove(String stream, String id) {
    of(stream).remove(id);
  }

  synchronized int count(String stream) {
    return of(stream).size();
  }

  synchronized boolean isFull(String stream) {
    return count(stream) >= MAX_WAITING;
  }

  synchronized Optional<Signal> find(String stream, String id) {
    return Optional.ofNullable(of(stream).get(id));
  }

  /** The first ones. */
  synchronized List<Signal> first(String stream, int most) {
    return of(stream).values().stream().limit(most).toList();
  }

  /** Those that were made before an instant. */
  synchronized List<Signal> before(String stream, Instant instant) {
    return of(stream).values().stream().filter(s -> s.time().isBefore(instant)).toList();
  }

  /** Puts one behind all others, so that they are not held up by it. */
  synchronized void toTheEnd(Signal signal) {
    Signal removed = of(signal.stream()).remove(signal.id());
    if (removed != null) {
      of(signal.stream()).put(removed.id(), removed);
    }
  }

  /**
   * Completes when something waits for the stream, or the limit has passed. One caller at a time: a
   * second ends the wait of the first, so that a receiver cannot pile up requests.
   */
  synchronized CompletableFuture<Void> arrival(String stream, Duration limit) {
    wake(stream);
    CompletableFuture<Void> arrival = new CompletableFuture<>();
    if (count(stream) > 0) {
      arrival.complete(null);
    } else {
      polls.put(stream, arrival);
      arrival.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }
    return arrival;
  }

  /** The first one; waits for it up to the limit. */
  synchronized Optional<Signal> await(String stream, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (of(stream).isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    return first(stream, 1).stream().findFirst();
  }

  private void wake(String stream) {
    notifyAll();
    CompletableFuture<Void> poll = polls.remove(stream);
    if (poll != null) {
      poll.completeAsync(() -> null);
    }
  }

  private LinkedHashMap<String, Signal> of(String stream) {
    LinkedHashMap<String, Signal> found = waiting.get(stream);
    return found == null ? new LinkedHashMap<>() : found;
  }
}
