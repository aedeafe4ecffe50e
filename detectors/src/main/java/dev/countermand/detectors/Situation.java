package dev.countermand.detectors;

import dev.countermand.detectors.grant.Names;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Located;
import dev.countermand.model.PeerGroup;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One action and all that a detector may know of it.
 *
 * @param action as the collector shipped it
 * @param effects what it does to the world
 * @param scope what the agent may do at the time of the action
 * @param known the registered credentials and what was learned
 * @param before the agent's state without this action
 * @param after the agent's state with this action
 */
public record Situation(
    Action action,
    List<Effect> effects,
    Scope scope,
    Known known,
    AgentState before,
    AgentState after) {

  /** The types of what watches or stops an agent. */
  public static final Set<String> GUARDS = Set.of("agent-guard", "agent-permission");

  /** Whether the attempt of the same call is among those that were remembered. */
  public boolean attemptWasSeen() {
    return before.memory().holds(action);
  }

  /** The subject of the peer group that the agent is compared with. */
  public String peers() {
    return PeerGroup.of(action, scope.profile().orElse(null)).subject();
  }

  /** What is registered of a credential, under the current key or the one before. */
  public Optional<Credential> registered(CredentialMention mention) {
    return names(mention).registered();
  }

  /** What is registered of a credential that the agent came across earlier. */
  public Optional<Credential> registered(Sighting sighting) {
    return names(sighting).registered();
  }

  /** Where the agent first came across a credential, whichever key that was told with. */
  public Optional<Sighting> sighting(CredentialMention mention) {
    return before.memory().sighting(names(mention).fingerprints());
  }

  /** Whether a credential that the agent came across earlier is given to it now. */
  public boolean grants(Sighting sighting) {
    return scope.given(names(sighting));
  }

  Names names(CredentialMention mention) {
    return scope.names(mention.fingerprint(), mention.previous());
  }

  Names names(Sighting sighting) {
    return scope.names(sighting.fingerprint(), sighting.previous());
  }

  /** The effects {@link Located where they happen}. */
  public List<Effect> located() {
    return Located.effects(action, effects, this::registered);
  }

  /** The effects that delete or destroy, those that can be undone included. */
  public List<Effect> removals() {
    return removals(effects);
  }

  /** Whether an effect is one on what watches or stops an agent. */
  static boolean touchesGuard(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect.verb() != Verb.READ && GUARDS.contains(effect.resource().type())) {
        return true;
      }
    }
    return false;
  }

  static List<Effect> removals(List<Effect> effects) {
    List<Effect> removals = new ArrayList<>(effects.size());
    for (Effect effect : effects) {
      if (effect.verb() == Verb.DELETE || effect.verb() == Verb.DESTROY) {
        removals.add(effect);
      }
    }
    return List.copyOf(removals);
  }
}
