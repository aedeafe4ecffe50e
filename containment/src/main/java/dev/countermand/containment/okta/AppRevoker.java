package dev.countermand.containment.okta;

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

/** Deactivates or deletes apps, which are the clients of OAuth 2. */
final class AppRevoker implements Revoker {
  private static final String APP = "app";
  private static final String STATUS = "status";
  private static final String ACTIVE = "ACTIVE";
  private static final String FORM = "app=<id>";
  private static final String IN_HEADER = "client_secret_basic";
  private static final String IN_BODY = "client_secret_post";

  private final Api api;

  AppRevoker(Api api) {
    this.api = api;
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
    String id = target.handle(APP, FORM);
    String status =
        status(id)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + api.name()
                            + " has no app "
                            + id
                            + ". Check the handle the credential is registered with."));
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "app "
            + id
            + ", and everybody who signs in through it"
            + (isFinal ? "; it will have to be made again" : ""),
        Map.of(APP, id, STATUS, status));
  }

  @Override
  public String execute(Target target) {
    String id = target.handle(APP, FORM);
    Optional<String> status = status(id);
    if (status.isEmpty()) {
      return "there is no app " + id + " (any more)";
    }
    if (status.get().equals(ACTIVE)) {
      boolean unused = api.change("POST", path(id) + "/lifecycle/deactivate");
    }
    if (target.rung() != Rung.REVOKE) {
      return "app " + id + " is deactivated";
    }
    // Okta deletes only an app that is not active.
    boolean unused = api.change("DELETE", path(id));
    return "app " + id + " is deleted";
  }

  @Override
  public Proof verify(Target target) {
    String id = target.handle(APP, FORM);
    Optional<JsonNode> app = api.find(path(id));
    Optional<String> status = app.map(AppRevoker::status);
    if (status.isPresent() && (target.rung() == Rung.REVOKE || status.get().equals(ACTIVE))) {
      return Proof.alive("app " + id + " is " + status.get());
    }
    String seen =
        "app " + id + status.map(known -> " is " + known).orElse(" does not exist (any more)");
    String besides = "; access tokens that servers check by themselves live until they expire";
    Optional<String> secret = target.secret();
    String method = app.map(AppRevoker::method).orElse(IN_HEADER);
    if (secret.isEmpty() || !(method.equals(IN_HEADER) || method.equals(IN_BODY))) {
      return Proof.dead(
          seen
              + (secret.isEmpty()
                  ? "; no secret was tried, because none is sealed"
                  : "; no secret was tried, because the app does not log in by one")
              + besides);
    }
    return switch (api.trial(id, secret.get(), method.equals(IN_BODY))) {
      case LET_IN -> Proof.alive("Okta lets app " + id + " in by its secret");
      case REFUSED -> Proof.dead(seen + "; tried, its secret is refused: invalid_client" + besides);
      case NO_PROOF -> Proof.dead(seen + "; trying its secret proved nothing" + besides);
    };
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String id = prior.getOrDefault(APP, "");
    if (status(id).isEmpty()) {
      return Restoration.impossible(
          "App " + id + " is deleted. Make a new one, and register its secret.");
    }
    if (!ACTIVE.equals(prior.get(STATUS))) {
      return Restoration.restored("app " + id + " was not active before, and stays so");
    }
    boolean unused = api.change("POST", path(id) + "/lifecycle/activate");
    return Restoration.restored("app " + id + " is active again");
  }

  private Optional<String> status(String id) {
    return api.find(path(id)).map(AppRevoker::status);
  }

  private static String status(JsonNode app) {
    return app.path(STATUS).asText("");
  }

  /**
   * Okta refuses a secret that is right, too, where an app sends it in another way than its own.
   */
  private static String method(JsonNode app) {
    return app.at("/credentials/oauthClient/token_endpoint_auth_method").asText(IN_HEADER);
  }

  private static String path(String id) {
    return "apps/" + JsonCalls.segment(id);
  }
}
