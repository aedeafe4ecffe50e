package dev.countermand.command.stack;

import dev.countermand.embedded.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs, closed by {@link #close} or when the process is asked to end (SIGTERM, Ctrl-C): first
 * the doors, at the same time, so that who was let in is still answered; then the roles, at the
 * same time; then the rest, in the order opposite to that it was started in. Thread-safe; closes
 * once.
 */
public final class Stopping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stopping.class);

  /** Something that runs, and what people call it; no name where nobody is told of it. */
  private record Part(@Nullable String name, AutoCloseable something) {}

  private final Progress progress;
  private final List<Part> doors = new ArrayList<>();
  private final List<Part> roles = new ArrayList<>();
  private final Deque<Part> running = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean closing;

  /** Closes everything when the process is asked to end. */
  public Stopping() {
    this(sentence -> {});
  }

  /**
   * Closes everything when the process is asked to end.
   *
   * @param progress is told at once that this begins, and what is waited for
   */
  public Stopping(Progress progress) {
    this.progress = progress;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "countermand-stop"));
  }

  /** Adds something that runs, and returns it. */
  public <T extends AutoCloseable> T started(T something) {
    add(new Part(null, something));
    return something;
  }

  /**
   * Adds something that runs, and returns it.
   *
   * @param name what people are told when it is closed
   */
  public <T extends AutoCloseable> T started(String name, T something) {
    add(new Part(name, something));
    return something;
  }

  /**
   * Adds something that takes requests and needs the roles to answer them, and returns it.
   *
   * @param name what people are told when it is closed
   */
  public <T extends AutoCloseable> T door(String name, T something) {
    return together(doors, new Part(name, something), something);
  }

  /**
   * Adds something that no other role needs, and returns it.
   *
   * @param name what people are told when it is closed; null where they are told of others alone
   */
  public <T extends AutoCloseable> T role(@Nullable String name, T something) {
    return together(roles, new Part(name, something), something);
  }

  private synchronized <T> T together(List<Part> group, Part part, T something) {
    if (closing) {
      close(part);
    } else {
      group.add(part);
    }
    return something;
  }

  private synchronized void add(Part part) {
    if (closing) {
      tell(part);
      close(part);
    } else {
      running.push(part);
    }
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
    close(doors);
    close(roles);
    while (true) {
      Part next;
      synchronized (this) {
        next = running.poll();
      }
      if (next == null) {
        break;
      }
      tell(next);
      close(next);
    }
    closed.countDown();
  }

  /** At the same time, as each waits for others: Kafka, and its own threads. */
  private void close(List<Part> group) {
    List<Part> all;
    synchronized (this) {
      all = List.copyOf(group);
    }
    if (all.isEmpty()) {
      return;
    }
    progress.step(
        "Stopping "
            + all.stream()
                .map(Part::name)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", ")));
    CompletableFuture.allOf(
            all.stream()
                .map(
                    part ->
                        CompletableFuture.runAsync(
                            () -> close(part),
                            work -> new Thread(work, "countermand-stop-role").start()))
                .toArray(CompletableFuture<?>[]::new))
        .exceptionally(
            error -> {
              log.warn("Not every role ended cleanly", error);
              return null;
            })
        .join();
  }

  private void tell(Part part) {
    if (part.name() != null) {
      progress.step("Stopping " + part.name());
    }
  }

  private static void close(Part part) {
    AutoCloseable something = part.something();
    try {
      something.close();
    } catch (Exception e) {
      log.warn("{} did not end cleanly: {}", something.getClass().getSimpleName(), e.toString());
    }
  }
}
