package dev.countermand.containment;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one agent one after another on shared threads. Tasks must not wait for
 * providers. Thread-safe.
 */
final class Lane {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final Executor pool;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean isRunning;
  private boolean isClosed;

  Lane(Executor pool) {
    this.pool = pool;
  }

  /** Completes when the task has run; with {@link CancellationException} once closed. */
  CompletableFuture<Void> run(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable guarded =
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (CancellationException e) {
            done.completeExceptionally(e);
          } catch (RuntimeException e) {
            log.error("A step of containment ended with an error", e);
            done.completeExceptionally(e);
          }
        };
    synchronized (this) {
      if (isClosed) {
        done.completeExceptionally(new CancellationException("the agent is another process's now"));
        return done;
      }
      tasks.add(guarded);
      if (!isRunning) {
        isRunning = true;
        dispatch();
      }
    }
    return done;
  }

  /** Completes when the running task has ended; no further task runs. */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> quiet;
    synchronized (this) {
      tasks.clear();
      quiet = run(() -> {});
      isClosed = true;
    }
    return quiet;
  }

  private void dispatch() {
    try {
      pool.execute(this::drain);
    } catch (RejectedExecutionException e) {
      tasks.clear();
      isClosed = true;
    }
  }

  private void drain() {
    @Nullable Runnable task = next();
    while (task != null) {
      task.run();
      task = next();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = tasks.poll();
    isRunning = task != null;
    return task;
  }
}
