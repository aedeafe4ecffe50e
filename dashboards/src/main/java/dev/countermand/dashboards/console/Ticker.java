package dev.countermand.dashboards.console;

import dev.countermand.model.Incident;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow how agents, incidents and what waits have changed: of many changes of one
 * thing in a moment, the last. Keeps the streams open, too. Thread-safe.
 */
final class Ticker implements Views.Changes, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ticker.class);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration BEAT = Duration.ofSeconds(15);

  /** Most rows of a kind that are told at one tick; the others at the next. */
  private static final int MAX = 100;

  private final Set<String> agents = ConcurrentHashMap.newKeySet();
  private final Set<String> incidents = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "console-ticker");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public void agent(String id) {
    agents.add(id);
  }

  @Override
  public void incident(String id) {
    incidents.add(id);
  }

  @Override
  public void waiting() {
    waiting.set(true);
  }

  /** Starts telling of what changes from now on. */
  void start(Live live, Views views, Agents rows, Incidents cases, Waiting asks) {
    // What the topics held before is no change.
    AtomicBoolean isFirst = new AtomicBoolean(true);
    Runnable tick =
        () -> {
          if (!views.areCaughtUp()) {
            return;
          }
          if (isFirst.getAndSet(false)) {
            agents.clear();
            incidents.clear();
            return;
          }
          drain(agents, id -> live.publish("agent", id, rows.row(id)));
          drain(
              incidents,
              id -> {
                Incident incident = views.incident(id).orElse(null);
                if (incident != null) {
                  live.publish("incident", incident.agentId(), cases.row(incident));
                }
              });
          if (waiting.getAndSet(false)) {
            live.publish("waiting", null, asks.json());
          }
        };
    every(TICK, tick);
    every(BEAT, live::beat);
  }

  private void every(Duration pause, Runnable task) {
    Runnable safe =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            log.error("What changed could not be told", e);
          }
        };
    var unused =
        timer.scheduleWithFixedDelay(
            safe, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void drain(Set<String> changed, Consumer<String> tell) {
    Iterator<String> ids = changed.iterator();
    for (int i = 0; i < MAX && ids.hasNext(); i++) {
      String id = ids.next();
      ids.remove();
      tell.accept(id);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
