package dev.countermand.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Where the effects of an action happen. Pure. */
public final class Located {
  /** The type of what stands for a script that was not read. */
  public static final String UNREAD = "unread-script";

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
          UNREAD,
          "unreachable-commits",
          "untracked-files",
          "working-directory");

  private Located() {}

  /**
   * The effects where they happen: what a call does to something that is not of this machine, and
   * whose environment nothing else tells, it does where the credential opens that it is made with.
   * An API behind a tunnel on {@code localhost} is production when the token is.
   *
   * @param effects of the action, as its words tell them
   * @param registered what is registered of a credential, under the current key or an earlier one
   */
  public static List<Effect> effects(
      Action action,
      List<Effect> effects,
      Function<CredentialMention, Optional<Credential>> registered) {
    if (action.credentials().isEmpty() || effects.isEmpty()) {
      return effects;
    }
    return action.credentials(CredentialRole.USED).stream()
        .flatMap(mention -> registered.apply(mention).stream())
        .map(Credential::environment)
        .filter(environment -> !environment.equals(Resource.UNKNOWN_ENVIRONMENT))
        .findFirst()
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
}
