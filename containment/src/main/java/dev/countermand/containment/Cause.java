package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a step is done for.
 *
 * @param orderId the order
 * @param start when the action was received, or the order given: where the time to contain begins
 * @param requestedAt when containment began with it
 * @param acceptedAt when a provider first said yes to it, since it last came back
 * @param returns how often the credential came back after it was proved dead
 * @param returnedAt when that was seen last; null for never
 */
record Cause(
    String orderId,
    Instant start,
    Instant requestedAt,
    @Nullable Instant acceptedAt,
    int returns,
    @Nullable Instant returnedAt) {

  /** Of a credential that has not come back. */
  Cause(String orderId, Instant start, Instant requestedAt, @Nullable Instant acceptedAt) {
    this(orderId, start, requestedAt, acceptedAt, 0, null);
  }

  static Cause of(ContainmentOrder order, Instant now) {
    return new Cause(
        order.id(), order.actionTime() == null ? order.time() : order.actionTime(), now, null);
  }

  Cause accepted(Instant now) {
    return new Cause(orderId, start, requestedAt, now, returns, returnedAt);
  }

  /** The same after the credential was found alive again. */
  Cause cameBack(Instant now) {
    return new Cause(orderId, start, requestedAt, null, returns + 1, now);
  }

  /** Where the time to contain begins: when it came back, if it did. */
  Instant clockStart() {
    return returnedAt == null ? start : returnedAt;
  }
}
