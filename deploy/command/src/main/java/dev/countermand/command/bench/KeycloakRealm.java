package dev.countermand.command.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.KeycloakServer;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** A realm of its own, changed as the server's administrator. */
final class KeycloakRealm {
  static final String NAME = "bench";

  private static final String MANAGEMENT = "realm-management";
  private static final Duration DEADLINE = Duration.ofSeconds(120);
  private static final Duration TOKENS_LIVE = Duration.ofHours(1);

  private final KeycloakServer server;
  private final HttpCaller http = new HttpCaller(DEADLINE);

  /** Creates it; its access tokens live an hour. */
  KeycloakRealm(KeycloakServer server) {
    this.server = server;
    send(
        "POST",
        "",
        object()
            .put("realm", NAME)
            .put("enabled", true)
            .put("accessTokenLifespan", TOKENS_LIVE.toSeconds()));
  }

  /** Where the realm's OpenID Connect endpoints are. */
  URI endpoint(String name) {
    return endpoint(NAME, name);
  }

  /** A client that logs in by a secret and gets tokens for itself. */
  void client(String clientId, String secret) {
    client(clientId, secret, object());
  }

  /** The same, which is also shown what tokens of others are worth. */
  void introspectingClient(String clientId, String secret) {
    client(
        clientId, secret, object().put("allow.token.introspection.without.audience.check", "true"));
  }

  private void client(String clientId, String secret, ObjectNode attributes) {
    ObjectNode description =
        object()
            .put("clientId", clientId)
            .put("secret", secret)
            .put("publicClient", false)
            .put("standardFlowEnabled", false)
            .put("serviceAccountsEnabled", true);
    description.set("attributes", attributes);
    send("POST", "/" + NAME + "/clients", description);
  }

  /** Lets a client manage the realm in one way. */
  void allow(String clientId, String role) {
    String manager = idOf(MANAGEMENT);
    String account =
        get("/" + NAME + "/clients/" + idOf(clientId) + "/service-account-user")
            .path("id")
            .asText();
    send(
        "POST",
        "/" + NAME + "/users/" + account + "/role-mappings/clients/" + manager,
        Json.mapper()
            .createArrayNode()
            .add(get("/" + NAME + "/clients/" + manager + "/roles/" + role)));
  }

  /** A new access token of a client. */
  String token(String clientId, String secret) {
    return token(NAME, clientId, secret);
  }

  /** Whether a token is active, as a client is told. */
  boolean isActive(String token, String clientId, String secret) {
    return form(
            endpoint("token/introspect"),
            Map.of("token", token, "client_id", clientId, "client_secret", secret))
        .path("active")
        .asBoolean();
  }

  private String idOf(String clientId) {
    return get("/" + NAME + "/clients?clientId=" + clientId).path(0).path("id").asText();
  }

  private String token(String realm, String clientId, String secret) {
    return form(
            endpoint(realm, "token"),
            Map.of(
                "grant_type", "client_credentials", "client_id", clientId, "client_secret", secret))
        .path("access_token")
        .asText();
  }

  private URI endpoint(String realm, String name) {
    return URI.create(server.url() + "/realms/" + realm + "/protocol/openid-connect/" + name);
  }

  private JsonNode get(String path) {
    return admin("GET", path, "");
  }

  private void send(String method, String path, JsonNode body) {
    admin(method, path, body.toString());
  }

  private JsonNode admin(String method, String path, String body) {
    String token = token("master", server.adminClient(), server.adminSecret());
    URI uri = URI.create(server.url() + "/admin/realms" + path);
    try {
      return json(
          uri,
          http.call(
              method,
              uri,
              Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
              body));
    } catch (IOException e) {
      throw new UncheckedIOException(uri + " did not answer", e);
    }
  }

  private JsonNode form(URI uri, Map<String, String> fields) {
    try {
      return json(uri, http.postForm(uri, Map.of(), fields));
    } catch (IOException e) {
      throw new UncheckedIOException(uri + " did not answer", e);
    }
  }

  // Without the body, which may quote what was sent.
  private static JsonNode json(URI uri, HttpCaller.Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException(uri + " answered " + answer.status());
    }
    try {
      return Json.mapper().readTree(answer.body().isEmpty() ? "{}" : answer.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(uri + " answered something that is not JSON");
    }
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}
