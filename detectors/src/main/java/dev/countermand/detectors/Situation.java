package dev.countermand.detectors;

import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One action and all that a detector may know of it.
 *
 * @param action as the collector shipped it
 * @param effects what it does to the world
 * @param scope what the agent may do at the time of the action
 * @param registry the registered credential of a fingerprint
 * @param before the agent's state without this action
 * @param after the agent's state with this action
 */
public record Situation(
    Action action,
    List<Effect> effects,
    Scope scope,
    Function<String, Optional<Credential>> registry,
    AgentState before,
    AgentState after) {

  /** Whether the attempt of the same call is among those that were remembered. */
  public boolean attemptWasSeen() {
    return before.calls().contains(AgentState.callKey(action));
  }

  /** The effects that delete or destroy, those that can be undone included. */
  public List<Effect> removals() {
    return removals(effects);
  }

  static List<Effect> removals(List<Effect> effects) {
    return effects.stream()
        .filter(effect -> effect.verb() == Verb.DELETE || effect.verb() == Verb.DESTROY)
        .toList();
  }
}
