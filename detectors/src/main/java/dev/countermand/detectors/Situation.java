package dev.countermand.detectors;

import dev.countermand.detectors.grant.Names;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.PeerGroup;
import dev.countermand.model.Resource;
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

  private static final String LOCAL = "local";

  /** What a command finds on the machine it runs on, whatever credential stands beside it. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of(
          "archive",
          "branch",
          "branch-history",
          "build-output",
          "directory",
          "directory-tree",
          "disk",
          "file",
          "home-directory",
          "outside-file",
          "package",
          "program",
          "root-directory",
          "running-service",
          "script",
          "session",
          "stash",
          "system-directory",
          "terminal",
          "uncommitted-changes",
          Understanding.UNREAD,
          "unreachable-commits",
          "untracked-files",
          "working-directory");

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

  /**
   * The effects where they happen: what a call does to something that is not of this machine, and
   * whose environment nothing else tells, it does where the credential opens that it is made with.
   * An API behind a tunnel on {@code localhost} is production when the token is.
   */
  public List<Effect> located() {
    if (action.credentials().isEmpty()) {
      return effects;
    }
    Optional<String> opened =
        action.credentials(CredentialRole.USED).stream()
            .flatMap(mention -> registered(mention).stream())
            .map(Credential::environment)
            .filter(environment -> !environment.equals(Resource.UNKNOWN_ENVIRONMENT))
            .findFirst();
    return opened
        .map(environment -> effects.stream().map(effect -> in(environment, effect)).toList())
        .orElse(effects);
  }

  private static Effect in(String environment, Effect effect) {
    Resource resource = effect.resource();
    boolean told =
        !resource.environment().equals(Resource.UNKNOWN_ENVIRONMENT)
            && !resource.environment().equals(LOCAL);
    return told || OF_THIS_MACHINE.contains(resource.type()) ? effect : effect.in(environment);
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
