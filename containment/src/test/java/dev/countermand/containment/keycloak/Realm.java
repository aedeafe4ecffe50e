package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KeycloakBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A realm of its own on a real server, changed as the server's administrator. */
final class Realm {
  static final String MANAGEMENT = "realm-management";

  private final KeycloakBackend server;
  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(120));
  private final String name = "realm-" + UUID.randomUUID().toString().substring(0, 8);

  Realm(KeycloakBackend server) {
    this.server = server;
    send("POST", "", object().put("realm", name).put("enabled", true));
  }

  String name() {
    return name;
  }

  static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  /** From now on a token of the realm lives that long. */
  void letTokensLive(Duration life) {
    send("PUT", "/" + name, object().put("accessTokenLifespan", life.toSeconds()));
  }

  /** A client that logs in by a secret and has a service account; with these managing roles. */
  void serviceAccount(String clientId, String secret, String... roles) {
    client(
        object()
            .put("clientId", clientId)
            .put("secret", secret)
            .put("publicClient", false)
            .put("standardFlowEnabled", false)
            .put("serviceAccountsEnabled", true));
    for (String role : roles) {
      assign(userOf(clientId), MANAGEMENT, role);
    }
  }

  /** A user who logs in by a password. */
  void user(String username, String password) {
    send(
        "POST",
        "/" + name + "/users",
        object()
            .put("username", username)
            .put("enabled", true)
            .put("email", username + "@example.com")
            .put("emailVerified", true)
            .put("firstName", "Ada")
            .put("lastName", "Test")
            .set(
                "credentials",
                object().arrayNode().add(object().put("type", "password").put("value", password))));
  }

  /** Everything that the realm says of a client, but its cut-off time. */
  JsonNode client(String clientId) {
    ObjectNode client = (ObjectNode) get("/" + name + "/clients/" + idOf(clientId));
    client.remove("notBefore");
    return client;
  }

  /** Everything that the realm says of a user, but its cut-off time. */
  JsonNode user(String username) {
    ObjectNode user =
        (ObjectNode) get("/" + name + "/users?exact=true&username=" + username).get(0);
    user.remove("notBefore");
    return user;
  }

  /** The answer of an OpenID Connect endpoint to a form of pairs of name and value. */
  HttpCaller.Answer ask(String endpoint, String... pairs) {
    Map<String, String> form = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      form.put(pairs[i], pairs[i + 1]);
    }
    try {
      return http.postForm(
          URI.create(server.url() + "/realms/" + name + "/protocol/openid-connect/" + endpoint),
          Map.of(),
          form);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to a client that logs in by its secret. */
  HttpCaller.Answer grant(String clientId, String secret) {
    return ask(
        "token",
        "grant_type",
        "client_credentials",
        "client_id",
        clientId,
        "client_secret",
        secret);
  }

  /** From now on introspection shows a client also the tokens that are not meant for it. */
  void letIntrospectAll(String clientId) {
    change(
        clientId,
        object()
            .set(
                "attributes",
                object().put("allow.token.introspection.without.audience.check", "true")));
  }

  /** From now on Keycloak calls that address to tell a client something. */
  void callClientAt(String clientId, String url) {
    change(clientId, object().put("adminUrl", url));
  }

  void disable(String clientId) {
    change(clientId, object().put("enabled", false));
  }

  /** Changes a part of what the realm says of a client. */
  void change(String clientId, JsonNode part) {
    send("PUT", "/" + name + "/clients/" + idOf(clientId), part);
  }

  void client(ObjectNode description) {
    send("POST", "/" + name + "/clients", description);
  }

  String idOf(String clientId) {
    return get("/" + name + "/clients?clientId=" + clientId).get(0).path("id").asText();
  }

  /** The id of the user that stands for a client's service account. */
  String userOf(String clientId) {
    return get("/" + name + "/clients/" + idOf(clientId) + "/service-account-user")
        .path("id")
        .asText();
  }

  void assign(String userId, String clientId, String role) {
    assign("users/" + userId, roleOf(clientId, role), "/clients/" + idOf(clientId));
  }

  /** A role of the realm that stands for one of a client, given to a user. */
  void assignThroughRealmRole(String userId, String realmRole, String clientId, String role) {
    send("POST", "/" + name + "/roles", object().put("name", realmRole));
    send(
        "POST",
        "/" + name + "/roles/" + realmRole + "/composites",
        Json.mapper().createArrayNode().add(roleOf(clientId, role)));
    assign("users/" + userId, get("/" + name + "/roles/" + realmRole), "/realm");
  }

  /** A group that has a role of a client, with a user in it. */
  void assignThroughGroup(String userId, String group, String clientId, String role) {
    send("POST", "/" + name + "/groups", object().put("name", group));
    String groupId = get("/" + name + "/groups?search=" + group).get(0).path("id").asText();
    assign("groups/" + groupId, roleOf(clientId, role), "/clients/" + idOf(clientId));
    send("PUT", "/" + name + "/users/" + userId + "/groups/" + groupId, object());
  }

  void addRole(String clientId, String role) {
    send("POST", "/" + name + "/clients/" + idOf(clientId) + "/roles", object().put("name", role));
  }

  /** The status of a call that a client of the realm makes itself. */
  int statusFor(String clientId, String secret, String method, String path) {
    return call(token(name, clientId, secret), method, "/" + name + path, "").status();
  }

  private JsonNode roleOf(String clientId, String role) {
    return get("/" + name + "/clients/" + idOf(clientId) + "/roles/" + role);
  }

  private void assign(String holder, JsonNode role, String of) {
    send(
        "POST",
        "/" + name + "/" + holder + "/role-mappings" + of,
        Json.mapper().createArrayNode().add(role));
  }

  private JsonNode get(String path) {
    return json(call(administrator(), "GET", path, ""));
  }

  private void send(String method, String path, JsonNode body) {
    json(call(administrator(), method, path, body.toString()));
  }

  private String administrator() {
    return token("master", server.adminClient(), server.adminSecret());
  }

  private String token(String realm, String clientId, String secret) {
    try {
      return json(http.postForm(
              URI.create(server.url() + "/realms/" + realm + "/protocol/openid-connect/token"),
              Map.of(),
              Map.of(
                  "grant_type",
                  "client_credentials",
                  "client_id",
                  clientId,
                  "client_secret",
                  secret)))
          .path("access_token")
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpCaller.Answer call(String token, String method, String path, String body) {
    try {
      return http.call(
          method,
          URI.create(server.url() + "/admin/realms" + path),
          Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
          body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(HttpCaller.Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException("Keycloak answered " + answer.status() + answer.body());
    }
    try {
      return Json.mapper().readTree(answer.body().isEmpty() ? "{}" : answer.body());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
