package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keycloak's admin REST API, called as a client of the realm itself. Nothing that Keycloak answers
 * gets into an error: the secrets of clients are in it. Thread-safe.
 */
final class RealmAdmin {
  private static final long UNSAID_LIFE_SECONDS = 60;
  private static final int JWT_PARTS = 3;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;

  private final String base;
  private final String realm;
  private final String clientId;
  private final String clientSecret;
  private final HttpCaller http;
  private final Trouble trouble;
  private volatile @Nullable Token token;

  private record Token(String value, long renewAt, long issuedAt, long receivedAt) {}

  private interface Call {
    HttpCaller.Answer make() throws IOException;
  }

  /**
   * Nothing is connected yet.
   *
   * @param url of the server, with the path it is served under
   */
  RealmAdmin(
      Trouble trouble,
      URI url,
      String realm,
      String clientId,
      String clientSecret,
      HttpCaller http) {
    this.trouble = trouble;
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
   */
  JsonNode get(String path) {
    return json(require(call("GET", path, "")));
  }

  /** The same, or nothing where there is nothing. */
  Optional<JsonNode> find(String path) {
    HttpCaller.Answer answer = call("GET", path, "");
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(json(require(answer)));
  }

  /** Changes something. What is not there is left so. */
  void send(String method, String path, String body) {
    HttpCaller.Answer answer = call(method, path, body);
    if (answer.status() != NOT_FOUND) {
      require(answer);
    }
  }

  /** Posts what may fail; whether it was done. */
  boolean tell(HttpCaller caller, String path) {
    try {
      return call(caller, "POST", path, "").isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks an endpoint of OpenID Connect.
   *
   * @throws IOException when it does not answer
   */
  HttpCaller.Answer ask(HttpCaller caller, String endpoint, Map<String, String> form)
      throws IOException {
    return caller.postForm(
        URI.create(base + "/realms/" + realm + "/protocol/openid-connect/" + endpoint),
        Map.of("Accept", "application/json"),
        form);
  }

  /** How this client says who it is in a form. */
  Map<String, String> own() {
    return Map.of("client_id", clientId, "client_secret", clientSecret);
  }

  /** What the server's clock shows at least, in seconds since 1970; it may be two more. */
  long serverSeconds() {
    Token current = token();
    return current.issuedAt()
        + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - current.receivedAt());
  }

  /** The id of this client. */
  String clientId() {
    return clientId;
  }

  private HttpCaller.Answer call(String method, String path, String body) {
    return answer(() -> call(http, method, path, body));
  }

  private HttpCaller.Answer call(HttpCaller caller, String method, String path, String body)
      throws IOException {
    Map<String, String> headers =
        Map.of(
            "Authorization",
            "Bearer " + token().value(),
            "Accept",
            "application/json",
            "Content-Type",
            "application/json");
    HttpCaller.Answer answer =
        caller.call(
            method, URI.create(base + "/admin/realms/" + realm + "/" + path), headers, body);
    if (answer.status() == UNAUTHORIZED) {
      // Keycloak's keys may be others by now.
      token = null;
    }
    return answer;
  }

  private HttpCaller.Answer require(HttpCaller.Answer answer) {
    if (answer.isSuccess()) {
      return answer;
    }
    String what = "the admin API answered " + answer.status() + ".";
    throw mayPass(answer.status()) || answer.status() == UNAUTHORIZED
        ? trouble.passing(what + " " + trouble.rights(), answer.retryAfter())
        : trouble.lasting(what + " " + trouble.rights());
  }

  private static boolean mayPass(int status) {
    return status == TOO_MANY_REQUESTS || status / 100 == 5;
  }

  /** A part of a path or of a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The error of what cannot go on. */
  RuntimeException failed(String why) {
    return trouble.lasting(why);
  }

  // A token may live for a minute only, and a large realm takes longer than that.
  private Token token() {
    Token current = token;
    if (current == null || System.nanoTime() - current.renewAt() >= 0) {
      current = newToken();
      token = current;
    }
    return current;
  }

  private Token newToken() {
    Map<String, String> form = new HashMap<>(own());
    form.put("grant_type", "client_credentials");
    HttpCaller.Answer answer = answer(() -> ask(http, "token", form));
    if (answer.status() == NOT_FOUND) {
      throw failed("there is no such realm. Check realm, and the path in url.");
    }
    if (mayPass(answer.status())) {
      throw trouble.passing(
          "the token endpoint answered " + answer.status() + ".", answer.retryAfter());
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
    long now = System.nanoTime();
    return new Token(value, now + TimeUnit.SECONDS.toNanos(seconds) / 2, issuedAt(value), now);
  }

  /** By the server's clock, which is the one that its tokens are judged by. */
  private static long issuedAt(String jwt) {
    String[] parts = jwt.split("\\.", -1);
    if (parts.length == JWT_PARTS) {
      try {
        byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
        return Json.mapper().readTree(claims).path("iat").asLong(localSeconds());
      } catch (IOException | IllegalArgumentException e) {
        return localSeconds();
      }
    }
    return localSeconds();
  }

  private static long localSeconds() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  private HttpCaller.Answer answer(Call call) {
    try {
      return call.make();
    } catch (IOException e) {
      throw trouble.passing(
          "there is no answer ("
              + e.getMessage()
              + "). Check url, and timeout if the server is slow.",
          null);
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
