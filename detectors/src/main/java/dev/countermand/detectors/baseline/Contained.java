package dev.countermand.detectors.baseline;

import dev.countermand.model.Action;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an agent was contained when it acted. Nothing is learned from what it did then. */
public final class Contained {
  private Contained() {}

  /**
   * The order that the agent of an action was contained by when it acted. The state says since when
   * it holds and not what was before: an action from before a release counts as one of a contained
   * agent, since it is late at least and nobody misses it in a baseline.
   *
   * @param state the last that containment said of the agent; null for nothing
   */
  public static Optional<String> by(@Nullable ContainmentState state, Action action) {
    if (state == null) {
      return Optional.empty();
    }
    boolean before = action.believedTime().isBefore(state.time());
    boolean contained =
        (state.status() == ContainmentStatus.CONTAINED && !before)
            || (state.status() == ContainmentStatus.RELEASED && before);
    return contained ? Optional.of(state.orderId()) : Optional.empty();
  }
}
