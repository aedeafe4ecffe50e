package dev.countermand.command.stack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs, in the order it was started, closed in the opposite order: by {@link #close} or when
 * the process is asked to end (SIGTERM, Ctrl-C). Thread-safe; closes once.
 */
public final class Stopping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stopping.class);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean closing;

  /** Closes everything when the process is asked to end. */
  public Stopping() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "countermand-stop"));
  }

  /** Adds something that runs, and returns it. */
  public synchronized <T extends AutoCloseable> T started(T something) {
    if (closing) {
      close(something);
    } else {
      running.push(something);
    }
    return something;
  }

  /** Waits until everything is closed. */
  public void await() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    while (true) {
      AutoCloseable next;
      synchronized (this) {
        next = running.poll();
      }
      if (next == null) {
        break;
      }
      close(next);
    }
    closed.countDown();
  }

  private static void close(AutoCloseable something) {
    try {
      something.close();
    } catch (Exception e) {
      log.warn("{} did not end cleanly: {}", something.getClass().getSimpleName(), e.toString());
    }
  }
}
