package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges an attempt without the scorer, from the attempt alone: whether it destroys, or uses a
 * credential outside the task. Called from many threads at once, for as long as Kafka or the scorer
 * is away; it must answer within milliseconds.
 */
@FunctionalInterface
public interface LocalJudge {
  /**
   * The verdict.
   *
   * @param action the attempt, redacted
   * @param task the agent's open task as far as the gateway knows
   * @param registry finds a registered credential by fingerprint
   */
  LocalVerdict judge(
      Action action, Optional<Task> task, Function<String, Optional<Credential>> registry);
}
