package dev.countermand.containment;

import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people said of orders, by order; of each person the last word counts. Every process knows
 * all of them, so that an agent may change hands between the order and the answer. Thread-safe.
 */
final class Approvals {
  private static final int MAX = 10_000;
  private static final int MAX_PERSONS = 16;

  private final Map<String, Map<String, Approval>> byOrder =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Approval>> eldest) {
          return size() > MAX;
        }
      };

  /** Takes one in; null, a removal on the topic, changes nothing. */
  synchronized void add(@Nullable Approval approval) {
    if (approval != null && approval.decision() != Decision.ASK) {
      Map<String, Approval> said =
          byOrder.computeIfAbsent(approval.orderId(), id -> new LinkedHashMap<>());
      if (said.size() < MAX_PERSONS || said.containsKey(approval.by())) {
        said.put(approval.by(), approval);
      }
    }
  }

  /** What was said of an order, one for each person, in the order they first spoke. */
  synchronized List<Approval> of(String orderId) {
    return List.copyOf(byOrder.getOrDefault(orderId, Map.of()).values());
  }
}
