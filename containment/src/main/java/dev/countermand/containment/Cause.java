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
 * @param acceptedAt when a provider first said yes to it
 */
record Cause(String orderId, Instant start, Instant requestedAt, @Nullable Instant acceptedAt) {

  static Cause of(ContainmentOrder order, Instant now) {
    return new Cause(
        order.id(), order.actionTime() == null ? order.time() : order.actionTime(), now, null);
  }

  Cause accepted(Instant now) {
    return new Cause(orderId, start, requestedAt, now);
  }
}
