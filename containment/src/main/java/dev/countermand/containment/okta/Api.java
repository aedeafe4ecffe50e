package dev.countermand.containment.okta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Okta's management API, called with an API token. Thread-safe. */
final class Api {
  private static final int NOT_FOUND = 404;

  private final String name;
  private final URI base;
  private final String token;
  private final JsonCalls calls;
  private volatile @Nullable String ownUser;

  private Api(String name, URI base, String token, JsonCalls calls) {
    this.name = name;
    this.base = base;
    this.token = token;
    this.calls = calls;
  }

  /** That of a provider. */
  static Api of(ProviderKeys keys, ContainmentSettings.Provider config, HttpCaller http) {
    String url = keys.required("url", config.url());
    return new Api(
        keys.name(),
        keys.address("url", url.endsWith("/") ? url : url + "/"),
        keys.required("token", config.token()).read(),
        new JsonCalls(
            keys.name(), "Check token, and the admin roles of the user that it is of.", http));
  }

  /** The name of the provider. */
  String name() {
    return name;
  }

  /** Looks whether the token is let in. */
  void check() {
    String unused = ownUser();
  }

  /** The id of the user that the token is of. */
  String ownUser() {
    String known = ownUser;
    if (known == null) {
      known =
          calls
              .call("GET", base.resolve("api/v1/users/me"), own(), "", Set.of())
              .body()
              .path("id")
              .asText("");
      if (known.isEmpty()) {
        throw RevokerException.retryable(
            "Provider " + name + " answered without the id of the user that its token is of.");
      }
      ownUser = known;
    }
    return known;
  }

  /** What is at a path below {@code api/v1}, if anything. */
  Optional<JsonNode> find(String path) {
    JsonCalls.Answer answer = call("GET", path, Set.of(NOT_FOUND));
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(answer.body());
  }

  /** Changes something; whether it was there. */
  boolean change(String method, String path) {
    return call(method, path, Set.of(NOT_FOUND)).status() != NOT_FOUND;
  }

  private JsonCalls.Answer call(String method, String path, Set<Integer> also) {
    return calls.call(method, base.resolve("api/v1/" + path), own(), "", also);
  }

  /** The status of a call with an agent's API token. */
  int statusFor(String secret) {
    return calls
        .call("GET", base.resolve("api/v1/users/me"), login(secret), "", Set.of(401, 403))
        .status();
  }

  /** What came of trying the secret of a client. */
  enum Trial {
    LET_IN,
    REFUSED,
    NO_PROOF
  }

  /**
   * Asks as a client, with its own secret, about a token that does not exist, which Okta answers to
   * a client that it lets in.
   *
   * @param isInBody whether the client says who it is in the form; else in a header
   */
  Trial trial(String clientId, String secret, boolean isInBody) {
    Map<String, String> form =
        new HashMap<>(Map.of("token", "countermand-probe", "token_type_hint", "access_token"));
    Map<String, String> headers = new HashMap<>();
    if (isInBody) {
      form.put("client_id", clientId);
      form.put("client_secret", secret);
    } else {
      String pair = JsonCalls.segment(clientId) + ":" + JsonCalls.segment(secret);
      headers.put(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    JsonCalls.Answer answer =
        calls.form(base.resolve("oauth2/v1/introspect"), headers, form, Set.of(400, 401));
    if (answer.status() / 100 == 2) {
      return Trial.LET_IN;
    }
    return answer.body().path("error").asText("").equals("invalid_client")
        ? Trial.REFUSED
        : Trial.NO_PROOF;
  }

  private Map<String, String> own() {
    return login(token);
  }

  private static Map<String, String> login(String secret) {
    return Map.of("Authorization", "SSWS " + secret);
  }
}
