package dev.countermand.containment.okta;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Suspends or deactivates users, and ends their sessions and tokens. A user signs in no more before
 * the sessions are ended, so that none begins in between.
 */
final class UserRevoker implements Revoker {
  private static final String USER = "user";
  private static final String STATUS = "status";
  private static final String ACTIVE = "ACTIVE";
  private static final String SUSPENDED = "SUSPENDED";
  private static final String GONE = "DEPROVISIONED";
  private static final String FORM = "user=<id>";

  private final Api api;
  private final ApiTokens tokens;

  private record User(String id, String status) {}

  UserRevoker(Api api) {
    this.api = api;
    this.tokens = new ApiTokens(api);
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    api.check();
  }

  @Override
  public Plan plan(Target target) {
    String given = target.handle(USER, FORM);
    User user =
        find(given)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + api.name()
                            + " has no user "
                            + given
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "everything that user "
            + user.id()
            + " signs in to; its sessions and tokens end, and cannot be put back"
            + (isFinal ? ", nor can its apps, factors and API tokens" : ""),
        Map.of(USER, user.id(), STATUS, user.status()));
  }

  @Override
  public String execute(Target target) {
    String given = target.handle(USER, FORM);
    Optional<User> found = find(given);
    if (found.isEmpty() || found.get().status().equals(GONE)) {
      return "user " + given + " is not there or deactivated already";
    }
    User user = found.get();
    if (target.rung() == Rung.REVOKE) {
      boolean unused = api.change("POST", path(user.id()) + "/lifecycle/deactivate");
      return "user " + user.id() + " is deactivated, which ends its sessions";
    }
    if (user.status().equals(ACTIVE)) {
      boolean unused = api.change("POST", path(user.id()) + "/lifecycle/suspend");
    }
    boolean unused = api.change("DELETE", path(user.id()) + "/sessions?oauthTokens=true");
    if (!user.status().equals(ACTIVE) && !user.status().equals(SUSPENDED)) {
      throw RevokerException.fatal(
          "User "
              + user.id()
              + " is "
              + user.status()
              + ", and Okta suspends only one that is ACTIVE. Its sessions are ended; to keep it"
              + " out, order revoke.");
    }
    return "user " + user.id() + " is suspended, and its sessions and tokens are ended";
  }

  @Override
  public Proof verify(Target target) {
    String given = target.handle(USER, FORM);
    Optional<User> user = find(given);
    String status = user.map(User::status).orElse(GONE);
    boolean isOut =
        status.equals(GONE) || (status.equals(SUSPENDED) && target.rung() != Rung.REVOKE);
    if (!isOut) {
      return Proof.alive("user " + given + " is " + status);
    }
    return Proof.dead(
        "user "
            + given
            + (user.isPresent() ? " is " + status : " does not exist (any more)")
            + "; Okta lists no sessions, so that they are ended is its word, and an access token"
            + " that a server checks by itself lives until it expires"
            + user.map(known -> tokens.ofUserSince(target, known.id())).orElse(""));
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String given = String.valueOf(prior.get(USER));
    String status = find(given).map(User::status).orElse(GONE);
    if (status.equals(GONE)) {
      return Restoration.impossible(
          "User "
              + given
              + " is deactivated. Activate it, assign its apps again, and register its new"
              + " credential.");
    }
    if (!ACTIVE.equals(prior.get(STATUS)) || !status.equals(SUSPENDED)) {
      return Restoration.restored("user " + given + " is " + status + ", and stays so");
    }
    boolean unused = api.change("POST", path(given) + "/lifecycle/unsuspend");
    return Restoration.restored("user " + given + " is active again; it has to sign in anew");
  }

  /**
   * A user, unless it is the revoker's own. Okta takes a login and the word {@code me} for an id,
   * too, so that is told by what Okta calls it.
   */
  private Optional<User> find(String given) {
    Optional<User> user =
        api.find(path(given))
            .map(known -> new User(known.path("id").asText(""), known.path(STATUS).asText("")));
    if (user.isPresent() && user.get().id().equals(api.ownUser())) {
      throw RevokerException.refused(
          "User " + given + " is the revoker's own: it is never touched.");
    }
    return user;
  }

  private static String path(String id) {
    return "users/" + JsonCalls.segment(id);
  }
}
