package dev.countermand.containment.github;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Suspends an installation of an app, which ends all its tokens, or removes it. */
final class InstallationRevoker implements Revoker {
  private static final String ID = "installation-id";
  private static final String SUSPENDED = "suspended";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final Api api;
  private final App app;

  InstallationRevoker(Api api, App app) {
    this.api = api;
    this.app = app;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    JsonCalls.Answer unused = api.call("GET", "app", app.token(), "", Set.of());
  }

  @Override
  public Plan plan(Target target) {
    String id = id(target);
    JsonNode installation =
        find(id)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "The app of provider "
                            + api.name()
                            + " has no installation "
                            + id
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "everything the app does for "
            + installation.at("/account/login").asText("its account")
            + (isFinal ? "; it will have to be installed again" : ""),
        Map.of(ID, id, SUSPENDED, String.valueOf(isSuspended(installation))));
  }

  @Override
  public String execute(Target target) {
    String id = id(target);
    boolean isFinal = target.rung() == Rung.REVOKE;
    int status =
        api.call(
                isFinal ? "DELETE" : "PUT",
                isFinal ? path(id) : path(id) + "/suspended",
                app.token(),
                "",
                Set.of(NOT_FOUND))
            .status();
    if (status == NOT_FOUND) {
      return "there is no installation " + id + " (any more)";
    }
    return "installation " + id + (isFinal ? " is removed" : " is suspended");
  }

  @Override
  public Proof verify(Target target) {
    String id = id(target);
    Optional<JsonNode> installation = find(id);
    boolean isThere = installation.isPresent();
    if (isThere && (target.rung() == Rung.REVOKE || !isSuspended(installation.get()))) {
      return Proof.alive(
          "installation " + id + " is " + (isSuspended(installation.get()) ? "there" : "active"));
    }
    String seen = "installation " + id + (isThere ? " is suspended" : " does not exist");
    Optional<String> token = target.secret();
    if (token.isEmpty()) {
      return Proof.dead(seen + "; none of its tokens was tried");
    }
    int status =
        api.call(
                "GET",
                "installation/repositories?per_page=1",
                token.get(),
                "",
                Set.of(UNAUTHORIZED, FORBIDDEN))
            .status();
    return status == UNAUTHORIZED || status == FORBIDDEN
        ? Proof.dead(seen + "; tried, its token is refused: " + status)
        : Proof.alive("GitHub lets a token of installation " + id + " in");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String id = prior.containsKey(ID) ? prior.get(ID) : id(target);
    if (find(id).isEmpty()) {
      return Restoration.impossible(
          "Installation " + id + " is removed. Install the app again, and register that.");
    }
    if (Boolean.parseBoolean(prior.get(SUSPENDED))) {
      return Restoration.restored("installation " + id + " was suspended before, and stays so");
    }
    JsonCalls.Answer unused =
        api.call("DELETE", path(id) + "/suspended", app.token(), "", Set.of());
    return Restoration.restored("installation " + id + " is active again");
  }

  private Optional<JsonNode> find(String id) {
    JsonCalls.Answer answer = api.call("GET", path(id), app.token(), "", Set.of(NOT_FOUND));
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(answer.body());
  }

  private static boolean isSuspended(JsonNode installation) {
    return installation.path("suspended_at").isTextual();
  }

  private static String path(String id) {
    return "app/installations/" + JsonCalls.segment(id);
  }

  private static String id(Target target) {
    return target.handle(ID, "installation-id=<id>");
  }
}
