package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads from Keycloak's admin REST API as a client of the realm itself. Nothing that Keycloak
 * answers gets into an error: the secrets of clients are in it. For one thread.
 */
final class RealmAdmin {
  private static final long UNSAID_LIFE_SECONDS = 60;

  private final String provider;
  private final String base;
  private final String realm;
  private final String clientId;
  private final String clientSecret;
  private final HttpCaller http;
  private @Nullable Token token;

  private record Token(String value, long renewAt) {}

  private interface Call {
    HttpCaller.Answer make() throws IOException;
  }

  /**
   * Nothing is connected yet.
   *
   * @param url of the server, with the path it is served under
   */
  RealmAdmin(
      String provider,
      URI url,
      String realm,
      String clientId,
      String clientSecret,
      HttpCaller http) {
    this.provider = provider;
    String given = url.toString();
    this.base = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
    this.realm = encode(realm);
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.http = http;
  }

  /**
   * What the realm answers.
   *
   * @param path below the realm, without a slash before it
   * @throws CountermandException DISCOVERY_FAILED when it is not answered
   */
  JsonNode get(String path) {
    URI uri = URI.create(base + "/admin/realms/" + realm + "/" + path);
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token(), "Accept", "application/json");
    HttpCaller.Answer answer = answer(() -> http.call("GET", uri, headers, ""));
    if (!answer.isSuccess()) {
      throw failed(
          "the admin API answered "
              + answer.status()
              + ". Check that the service account of client-id has the roles view-clients and"
              + " view-users of realm-management.");
    }
    return json(answer);
  }

  /** A part of a path or of a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The error of a discovery that cannot go on. */
  CountermandException failed(String why) {
    return new CountermandException(
        "DISCOVERY_FAILED",
        "The clients of the provider \"" + provider + "\" cannot be listed: " + why);
  }

  // A token may live for a minute only, and a large realm takes longer than that.
  private String token() {
    Token current = token;
    if (current == null || System.nanoTime() - current.renewAt() >= 0) {
      current = newToken();
      token = current;
    }
    return current.value();
  }

  private Token newToken() {
    URI uri = URI.create(base + "/realms/" + realm + "/protocol/openid-connect/token");
    Map<String, String> form =
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            clientId,
            "client_secret",
            clientSecret);
    HttpCaller.Answer answer =
        answer(() -> http.postForm(uri, Map.of("Accept", "application/json"), form));
    if (answer.status() == 404) {
      throw failed("there is no such realm. Check realm, and the path in url.");
    }
    if (!answer.isSuccess()) {
      throw failed(
          "the token endpoint answered "
              + answer.status()
              + ". Check client-id and client-secret, and that the client has a service account.");
    }
    JsonNode body = json(answer);
    String value = body.path("access_token").asText("");
    if (value.isEmpty()) {
      throw failed("the token endpoint answered without an access token. Check url.");
    }
    long seconds = body.path("expires_in").asLong(UNSAID_LIFE_SECONDS);
    return new Token(value, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) / 2);
  }

  private HttpCaller.Answer answer(Call call) {
    try {
      return call.make();
    } catch (IOException e) {
      throw failed(
          "there is no answer ("
              + e.getMessage()
              + "). Check url, and timeout if the server is slow.");
    }
  }

  private JsonNode json(HttpCaller.Answer answer) {
    try {
      return Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw failed("what answered does not speak JSON. Check url.");
    }
  }
}
