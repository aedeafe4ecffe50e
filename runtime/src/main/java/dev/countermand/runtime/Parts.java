package dev.countermand.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service is made of, closed in the opposite order: a part may use those before it until it
 * is closed. For one thread at a time.
 */
public final class Parts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Parts.class);

  private final String service;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** None yet, of a service that is called so in the log. */
  public Parts(String service) {
    this.service = service;
  }

  /** Adds one, and returns it. */
  public <P extends AutoCloseable> P push(P part) {
    parts.push(part);
    return part;
  }

  /** Closes all; one that fails is told of in the log, and holds up no other. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.warn("A part of {} did not end cleanly: {}", service, e.toString());
      }
    }
  }
}
