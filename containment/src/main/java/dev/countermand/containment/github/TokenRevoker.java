package dev.countermand.containment.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Revokes tokens: one that is sealed by itself, everywhere; a fine-grained one that only its id is
 * known of in one organisation.
 */
final class TokenRevoker implements Revoker {
  private static final String ORG = "org";
  private static final String PAT = "pat-id";
  private static final String INSTALLATION = "ghs_";
  private static final String REFRESH = "ghr_";
  private static final List<String> OTHERS = List.of("ghp_", "github_pat_", "gho_", "ghu_");
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int PAGE = 100;
  private static final int MOST_PAGES = 20;

  private final Api api;
  private final @Nullable App app;

  TokenRevoker(Api api, @Nullable App app) {
    this.api = api;
    this.app = app;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    JsonCalls.Answer unused =
        app == null
            ? api.call("GET", "meta", null, "", Set.of())
            : api.call("GET", "app", app.token(), "", Set.of());
  }

  @Override
  public Plan plan(Target target) {
    if (!isById(target)) {
      String unused = token(target);
      return new Plan(Grade.RE_ISSUABLE, "one token", Map.of());
    }
    if (!isListed(target)) {
      throw RevokerException.fatal(
          "Organisation "
              + word(target, ORG)
              + " has no fine-grained token "
              + word(target, PAT)
              + ". Check the handle the credential is registered with.");
    }
    return new Plan(
        Grade.RE_ISSUABLE, "one token's access to organisation " + word(target, ORG), Map.of());
  }

  @Override
  public String execute(Target target) {
    if (isById(target)) {
      int status =
          api.call(
                  "POST",
                  "orgs/"
                      + segment(target, ORG)
                      + "/personal-access-tokens/"
                      + segment(target, PAT),
                  app().tokenIn(word(target, ORG)),
                  "{\"action\":\"revoke\"}",
                  Set.of(NOT_FOUND))
              .status();
      return status == NOT_FOUND
          ? "the organisation has no such token (any more)"
          : "the token's access to the organisation is revoked";
    }
    String token = token(target);
    if (token.startsWith(INSTALLATION)) {
      int status =
          api.call("DELETE", "installation/token", token, "", Set.of(UNAUTHORIZED)).status();
      return status == UNAUTHORIZED ? "the token was dead already" : "the token is revoked";
    }
    ObjectNode body = Json.mapper().createObjectNode();
    body.putArray("credentials").add(token);
    // GitHub takes this call from nobody who is logged in.
    JsonCalls.Answer unused =
        api.call("POST", "credentials/revoke", null, body.toString(), Set.of());
    return "GitHub has accepted the token for revocation, and tells its owner";
  }

  @Override
  public Proof verify(Target target) {
    if (isById(target)) {
      return isListed(target)
          ? Proof.alive("the organisation lists the token")
          : Proof.dead(
              "the organisation does not list the token; elsewhere it may work, and what is public"
                  + " it can read");
    }
    String token = token(target);
    if (token.startsWith(REFRESH)) {
      return Proof.unknown("a refresh token cannot be tried without using it up");
    }
    String path = token.startsWith(INSTALLATION) ? "installation/repositories?per_page=1" : "user";
    int status = api.call("GET", path, token, "", Set.of(UNAUTHORIZED)).status();
    return status == UNAUTHORIZED
        ? Proof.dead("tried, the token is refused: 401")
        : Proof.alive("GitHub lets the token in");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "A revoked token of GitHub cannot be given back. Let its owner make a new one, and register"
            + " it.");
  }

  private boolean isListed(Target target) {
    String token = app().tokenIn(word(target, ORG));
    String path = "orgs/" + segment(target, ORG) + "/personal-access-tokens?per_page=" + PAGE;
    for (int page = 1; page <= MOST_PAGES; page++) {
      JsonNode listed = api.call("GET", path + "&page=" + page, token, "", Set.of()).body();
      if (!listed.isArray()) {
        throw RevokerException.retryable(
            "Provider " + api.name() + " answered with no list of tokens.");
      }
      for (JsonNode one : listed) {
        if (one.path("id").asText().equals(word(target, PAT))) {
          return true;
        }
      }
      if (listed.size() < PAGE) {
        return false;
      }
    }
    throw RevokerException.fatal(
        "Organisation "
            + word(target, ORG)
            + " has more than "
            + PAGE * MOST_PAGES
            + " fine-grained tokens: not all were looked at.");
  }

  private App app() {
    if (app == null) {
      throw RevokerException.fatal(
          "Tokens by their id are revoked by an app: give provider "
              + api.name()
              + " client-id and client-secret.");
    }
    return app;
  }

  private static boolean isById(Target target) {
    return target.handle().containsKey(PAT);
  }

  /** What does not look like a token of GitHub is sent nowhere. */
  private static String token(Target target) {
    String token =
        target
            .secret()
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Credential "
                            + target
                            + " is registered without its token. Register it again with the token"
                            + " on stdin, or with the handle org=<name> pat-id=<id>."));
    boolean isKnown =
        token.startsWith(INSTALLATION)
            || token.startsWith(REFRESH)
            || OTHERS.stream().anyMatch(token::startsWith);
    if (!isKnown) {
      throw RevokerException.fatal(
          "Credential " + target + " is no token of GitHub by its first letters.");
    }
    return token;
  }

  private static String segment(Target target, String key) {
    return JsonCalls.segment(word(target, key));
  }

  private static String word(Target target, String key) {
    return target.handle(key, "org=<name> pat-id=<id>");
  }
}
