package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An order that is being carried out. Confined to its agent's lane. */
final class OpenOrder {
  private final ContainmentOrder order;
  private final Cause cause;
  private final Set<String> pending = new HashSet<>();
  private final List<Runnable> finished = new ArrayList<>();

  OpenOrder(ContainmentOrder order, Cause cause, Runnable finished) {
    this.order = order;
    this.cause = cause;
    this.finished.add(finished);
  }

  ContainmentOrder order() {
    return order;
  }

  Cause cause() {
    return cause;
  }

  /** The order was delivered once more: that delivery is finished with the others. */
  void deliveredAgain(Runnable alsoFinished) {
    finished.add(alsoFinished);
  }

  void waitFor(String fingerprint) {
    pending.add(fingerprint);
  }

  void settled(String fingerprint) {
    pending.remove(fingerprint);
  }

  boolean isSettled() {
    return pending.isEmpty();
  }

  void finish() {
    finished.forEach(Runnable::run);
  }
}
