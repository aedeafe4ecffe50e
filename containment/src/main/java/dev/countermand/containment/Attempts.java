package dev.countermand.containment;

import dev.countermand.containment.revoker.RevokerException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the calls for one credential, and stops them. Thread-safe. */
final class Attempts {
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean isCancelled;

  /** How many calls were made. */
  long count() {
    return calls.get();
  }

  /** No further call begins; one that runs goes on to its end. */
  void cancel() {
    isCancelled = true;
  }

  boolean isCancelled() {
    return isCancelled;
  }

  void begin() {
    if (isCancelled) {
      throw RevokerException.fatal("The agent was released before this was done.");
    }
    calls.incrementAndGet();
  }
}
