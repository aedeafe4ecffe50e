package dev.countermand.containment;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.PlannedStep;
import dev.countermand.runtime.config.BudgetSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How much was contained in the last minute, by this process and, some milliseconds late, by all
 * others; a credential that another process takes counts from when its agent was contained.
 * Thread-safe.
 */
final class Budget {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final BudgetSettings settings;
  private final Function<String, String> environments;
  private final Map<String, Instant> agents = new HashMap<>();
  private final Map<String, Instant> credentials = new HashMap<>();

  /**
   * @param environments of a credential, by fingerprint
   */
  Budget(BudgetSettings settings, Function<String, String> environments) {
    this.settings = settings;
    this.environments = environments;
  }

  /** Takes in what some process wrote about an agent. */
  synchronized void saw(ContainmentState state, Instant now) {
    if (state.status() == ContainmentStatus.CONTAINED && isRecent(state.time(), now)) {
      contained(state.agentId(), state.time());
      state.credentials().forEach(taken -> taken(taken.fingerprint(), state.time()));
    }
  }

  /** An agent was contained. */
  synchronized void contained(String agentId, Instant time) {
    if (!agentId.equals(Drill.AGENT)) {
      agents.put(agentId, time);
    }
  }

  /** A credential was taken away. */
  synchronized void taken(String fingerprint, Instant time) {
    credentials.putIfAbsent(fingerprint, time);
  }

  /** Why these steps go beyond what is left; empty when they do not. */
  synchronized Optional<String> over(String agentId, List<PlannedStep> steps, Instant now) {
    agents.values().removeIf(time -> !isRecent(time, now));
    credentials.values().removeIf(time -> !isRecent(time, now));
    if (!agents.containsKey(agentId) && agents.size() >= settings.agents()) {
      return Optional.of(
          agents.size()
              + " agents were contained in the last minute, and containment.budget.agents is "
              + settings.agents());
    }
    return steps.stream()
        .map(PlannedStep::environment)
        .distinct()
        .filter(environment -> count(environment, steps) > settings.credentials())
        .findFirst()
        .map(
            environment ->
                count(environment, steps)
                    + " credentials of environment "
                    + environment
                    + " would be taken away within a minute, and containment.budget.credentials is "
                    + settings.credentials());
  }

  private long count(String environment, List<PlannedStep> steps) {
    Stream<String> taken =
        credentials.keySet().stream().filter(one -> environments.apply(one).equals(environment));
    Stream<String> wanted =
        steps.stream()
            .filter(step -> step.environment().equals(environment))
            .map(PlannedStep::fingerprint);
    return Stream.concat(taken, wanted).distinct().count();
  }

  /** Most other agents that may use a credential that is taken away without a person. */
  int others() {
    return settings.others();
  }

  private static boolean isRecent(Instant time, Instant now) {
    return time.plus(WINDOW).isAfter(now);
  }
}
