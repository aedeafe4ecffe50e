package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import java.time.Instant;
import java.util.List;

/** What containment asks people about an agent. */
public final class Questions {
  private Questions() {}

  /**
   * An order that waits for people.
   *
   * @param since when they were asked
   */
  public record Question(ContainmentOrder order, Instant since) {}

  /** The questions in the state of an agent, the oldest first; none where nothing waits. */
  public static List<Question> of(ContainmentState state) {
    return AgentRecord.of(state).waiting().stream()
        .map(one -> new Question(one.order(), one.since()))
        .toList();
  }
}
