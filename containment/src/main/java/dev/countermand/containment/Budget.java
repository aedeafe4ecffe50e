package dev.countermand.containment;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.PlannedStep;
import dev.countermand.runtime.config.BudgetSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
      state.credentials().stream()
          .filter(taken -> !taken.prior().isEmpty())
          .forEach(taken -> taken(taken.fingerprint(), state.time()));
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
    credentials.merge(fingerprint, time, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** Why one more agent goes beyond what is left; empty when it does not. */
  synchronized Optional<String> over(String agentId, Instant now) {
    agents.values().removeIf(time -> !isRecent(time, now));
    return agents.containsKey(agentId) || agents.size() < settings.agents()
        ? Optional.empty()
        : Optional.of(
            agents.size()
                + " agents were contained in the last minute, and containment.budget.agents is "
                + settings.agents());
  }

  /**
   * The credentials that go beyond what is left of their environments, if all that come before them
   * are taken.
   */
  synchronized Set<String> beyond(List<PlannedStep> steps, Instant now) {
    credentials.values().removeIf(time -> !isRecent(time, now));
    Map<String, Set<String>> counted = new HashMap<>();
    credentials.keySet().forEach(one -> of(counted, environments.apply(one)).add(one));
    Set<String> beyond = new HashSet<>();
    for (PlannedStep step : steps) {
      Set<String> all = of(counted, step.environment());
      if (!all.contains(step.fingerprint()) && all.size() >= settings.credentials()) {
        beyond.add(step.fingerprint());
      } else {
        all.add(step.fingerprint());
      }
    }
    return beyond;
  }

  private static Set<String> of(Map<String, Set<String>> counted, String environment) {
    return counted.computeIfAbsent(environment, name -> new HashSet<>());
  }

  /** Most other agents that may use a credential that is taken away without a person. */
  int others() {
    return settings.others();
  }

  private static boolean isRecent(Instant time, Instant now) {
    return time.plus(WINDOW).isAfter(now);
  }
}
