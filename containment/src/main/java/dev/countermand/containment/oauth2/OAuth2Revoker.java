package dev.countermand.containment.oauth2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * Revokes a token at its authorization server. The server answers 200 for a token it never heard
 * of, too (RFC 7009, section 2.2); only introspection with {@code active: false} counts as dead.
 */
final class OAuth2Revoker implements Revoker {
  private static final int TOO_MANY_REQUESTS = 429;

  private final String name;
  private final URI revocation;
  private final URI introspection;
  private final String authorization;
  private final HttpCaller http;

  OAuth2Revoker(
      String name,
      URI revocation,
      URI introspection,
      String clientId,
      String clientSecret,
      HttpCaller http) {
    this.name = name;
    this.revocation = revocation;
    this.introspection = introspection;
    // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    String pair = encode(clientId) + ":" + encode(clientSecret);
    this.authorization =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    this.http = http;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    HttpCaller.Answer answer = post(introspection, "countermand-check", "access_token");
    if (answer.status() != 200) {
      throw problem("introspection", answer);
    }
  }

  // The server is not asked what the token is now: a slow introspection must not delay the kill.
  @Override
  public Plan plan(Target target) {
    token(target);
    return new Plan(Grade.RE_ISSUABLE, "one token", Map.of());
  }

  @Override
  public String execute(Target target) {
    HttpCaller.Answer answer = post(revocation, token(target), hint(target));
    if (answer.status() == 200) {
      return "the revocation endpoint answered 200";
    }
    throw problem("revocation", answer);
  }

  @Override
  public Proof verify(Target target) {
    HttpCaller.Answer answer = post(introspection, token(target), hint(target));
    if (answer.status() != 200) {
      throw problem("introspection", answer);
    }
    JsonNode active;
    try {
      active = Json.mapper().readTree(answer.body()).path("active");
    } catch (JsonProcessingException e) {
      return Proof.unknown("the introspection endpoint answered something that is not JSON");
    }
    if (!active.isBoolean()) {
      return Proof.unknown("the introspection endpoint answered without a boolean \"active\"");
    }
    return active.booleanValue()
        ? Proof.alive("introspection says active: true")
        : Proof.dead("introspection says active: false");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "A revoked OAuth token cannot be given back. Let the agent's owner sign in again at "
            + name
            + " and register the new token.");
  }

  private HttpCaller.Answer post(URI endpoint, String token, String hint) {
    Map<String, String> form = Map.of("token", token, "token_type_hint", hint);
    try {
      return http.postForm(
          endpoint, Map.of("Authorization", authorization, "Accept", "application/json"), form);
    } catch (IOException e) {
      throw RevokerException.retryable(
          "Provider "
              + name
              + " at "
              + endpoint.getHost()
              + " did not answer ("
              + e.getClass().getSimpleName()
              + ").");
    }
  }

  private static String token(Target target) {
    return target
        .secret()
        .orElseThrow(
            () ->
                RevokerException.fatal(
                    "Credential "
                        + target
                        + " was registered without its token, which RFC 7009 needs. Register it"
                        + " again with the token on stdin."));
  }

  private static String hint(Target target) {
    return target.kind().contains("refresh") ? "refresh_token" : "access_token";
  }

  private RevokerException problem(String endpoint, HttpCaller.Answer answer) {
    int status = answer.status();
    String message =
        "The " + endpoint + " endpoint of provider " + name + " answered " + status + error(answer);
    if (status == TOO_MANY_REQUESTS || status / 100 == 5) {
      return answer.retryAfter() == null
          ? RevokerException.retryable(message + ".")
          : RevokerException.retryable(message + ".", answer.retryAfter());
    }
    return RevokerException.fatal(
        status == 401 || status == 403
            ? message + ". Check client-id and client-secret of the provider."
            : message + ". Check the endpoint, and that this client may revoke the token.");
  }

  /** The error code of RFC 6749, section 5.2; anything else may quote what we sent. */
  private static String error(HttpCaller.Answer answer) {
    try {
      String code = Json.mapper().readTree(answer.body()).path("error").asText("");
      boolean isKnown =
          switch (code) {
            case "invalid_request",
                "invalid_client",
                "invalid_grant",
                "unauthorized_client",
                "unsupported_grant_type",
                "invalid_scope",
                "unsupported_token_type",
                "temporarily_unavailable",
                "server_error" ->
                true;
            default -> false;
          };
      return isKnown ? " " + code : "";
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
