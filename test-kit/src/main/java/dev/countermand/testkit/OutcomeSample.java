package dev.countermand.testkit;

import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What containment says of a step, for tests that are not about containment. */
public final class OutcomeSample {
  private OutcomeSample() {}

  /** A step about the agent as a whole. */
  public static ContainmentOutcome of(String agent, Step step, StepState state, Instant time) {
    return of(agent, step, state, time, null);
  }

  /** A step about a credential. */
  public static ContainmentOutcome of(
      String agent, Step step, StepState state, Instant time, @Nullable String credential) {
    return new ContainmentOutcome(
        agent + ":" + step + ":" + state + ":" + credential,
        time,
        "order-of-" + agent,
        agent,
        step,
        state,
        null,
        credential,
        null,
        time,
        state == StepState.REQUESTED ? null : time,
        state == StepState.VERIFIED ? time : null,
        1,
        null,
        "a test",
        null,
        Map.of(),
        Extra.NONE);
  }
}
