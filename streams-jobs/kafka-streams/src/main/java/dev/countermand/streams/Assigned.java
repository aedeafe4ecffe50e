package dev.countermand.streams;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.Task;
import org.jspecify.annotations.Nullable;

/**
 * An action with what its agent has.
 *
 * @param arrival the action
 * @param task open or closed; null when the agent never had one
 * @param containment what containment said last of the agent; null for nothing
 */
record Assigned(Arrival arrival, @Nullable Task task, @Nullable ContainmentState containment) {
  static Assigned of(Arrival arrival, @Nullable Task task) {
    return new Assigned(arrival, task, null);
  }

  Assigned with(@Nullable ContainmentState state) {
    return new Assigned(arrival, task, state);
  }
}
