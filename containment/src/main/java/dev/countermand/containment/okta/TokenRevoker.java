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

/** Revokes API tokens. */
final class TokenRevoker implements Revoker {
  private static final String ID = "token-id";
  private static final String USER = "userId";
  private static final String FORM = "token-id=<id>";
  private static final int UNAUTHORIZED = 401;

  private final Api api;

  TokenRevoker(Api api) {
    this.api = api;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    api.check();
  }

  @Override
  public Plan plan(Target target) {
    String id = target.handle(ID, FORM);
    JsonNode token =
        find(id)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + api.name()
                            + " has no API token "
                            + id
                            + ". Check the handle the credential is registered with."));
    return new Plan(
        Grade.RE_ISSUABLE,
        "one API token of user " + token.path(USER).asText("(not told)"),
        Map.of());
  }

  @Override
  public String execute(Target target) {
    String id = target.handle(ID, FORM);
    if (find(id).isEmpty()) {
      return "there is no API token " + id + " (any more)";
    }
    boolean unused = api.change("DELETE", path(id));
    return "API token " + id + " is revoked";
  }

  @Override
  public Proof verify(Target target) {
    String id = target.handle(ID, FORM);
    if (find(id).isPresent()) {
      return Proof.alive("API token " + id + " is there");
    }
    String seen = "API token " + id + " does not exist (any more)";
    Optional<String> secret = target.secret();
    if (secret.isEmpty()) {
      return Proof.dead(seen + "; it was not tried, because it is not sealed");
    }
    return api.statusFor(secret.get()) == UNAUTHORIZED
        ? Proof.dead(seen + "; tried, it is refused: 401")
        : Proof.alive("Okta still knows API token " + id);
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "A revoked API token of Okta cannot be given back. Make a new one, and register it.");
  }

  /** A token of the user that the revoker's own is of may be that one. */
  private Optional<JsonNode> find(String id) {
    Optional<JsonNode> token = api.find(path(id));
    if (token.isPresent() && token.get().path(USER).asText("").equals(api.ownUser())) {
      throw RevokerException.refused(
          "API token " + id + " is of the revoker's own user: it is never touched.");
    }
    return token;
  }

  private static String path(String id) {
    return ApiTokens.PATH + "/" + JsonCalls.segment(id);
  }
}
