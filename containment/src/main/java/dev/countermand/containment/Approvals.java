package dev.countermand.containment;

import dev.countermand.model.Approval;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people said of orders, by order: the last word counts. Every process knows all of them, so
 * that an agent may change hands between the order and the answer. Thread-safe.
 */
final class Approvals {
  private static final int MAX = 10_000;

  private final Map<String, Approval> byOrder =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Approval> eldest) {
          return size() > MAX;
        }
      };

  /** Takes one in; null, a removal on the topic, changes nothing. */
  synchronized void add(@Nullable Approval approval) {
    if (approval != null) {
      byOrder.put(approval.orderId(), approval);
    }
  }

  /** What was said of an order. */
  synchronized Optional<Approval> of(String orderId) {
    return Optional.ofNullable(byOrder.get(orderId));
  }
}
