package dev.countermand.runtime.asks;

import dev.countermand.model.Ask;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that wait for people at all gateways, some milliseconds late; of very many the
 * latest. Thread-safe.
 */
public final class OpenAsks implements AutoCloseable {
  private static final int MAX = 4_096;

  private final Map<String, Ask> open =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ask> eldest) {
          return size() > MAX;
        }
      };
  private final InstantSource clock;
  private final CompactedView<Ask> view;

  /** Starts following; it is complete some moments later. */
  public OpenAsks(KafkaSettings kafka, InstantSource clock) {
    this(kafka, clock, () -> {});
  }

  /**
   * Starts following; it is complete some moments later.
   *
   * @param listener told whenever an attempt began to wait, or no longer does
   */
  public OpenAsks(KafkaSettings kafka, InstantSource clock, Runnable listener) {
    this.clock = clock;
    this.view =
        CompactedView.keepingNothing(
            kafka,
            kafka.topics().asks(),
            Ask.CODEC,
            (actionId, ask) -> {
              changed(actionId, ask);
              listener.run();
            });
  }

  private synchronized void changed(String actionId, @Nullable Ask ask) {
    Instant now = clock.instant();
    open.values().removeIf(one -> !one.isOpen(now));
    open.remove(actionId);
    if (ask != null && ask.isOpen(now)) {
      open.put(actionId, ask);
    }
  }

  /**
   * Waits until everything that was told before the start is known.
   *
   * @throws dev.countermand.runtime.CountermandException KAFKA_UNREACHABLE when that takes longer
   */
  public OpenAsks awaitCaughtUp(Duration limit) {
    view.awaitCaughtUp(limit);
    return this;
  }

  /** What waits now, the oldest first. */
  public synchronized List<Ask> waiting() {
    Instant now = clock.instant();
    return open.values().stream()
        .filter(one -> one.isOpen(now))
        .sorted(Comparator.comparing(Ask::since))
        .toList();
  }

  /** Stops following. */
  @Override
  public void close() {
    view.close();
  }
}
