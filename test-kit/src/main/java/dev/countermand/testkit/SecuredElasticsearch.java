package dev.countermand.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A running Elasticsearch that asks who calls, changed as its superuser. Shared by the tests of one
 * JVM: use users, keys and indices of your own. Its text form has no password.
 */
public final class SecuredElasticsearch {
  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(60));
  private final String url;
  private final String superuser;

  /** That at an address, by the login of its superuser. */
  public SecuredElasticsearch(String url, String superuser, String password) {
    this.url = url;
    this.superuser = "Basic " + base64(superuser + ":" + password);
  }

  /**
   * An API key.
   *
   * @param secret the part of it that only its owner was told
   */
  public record ApiKey(String id, String secret) {
    /** As it is sent, and as Elasticsearch calls it {@code encoded}. */
    public String encoded() {
      return base64(id + ":" + secret);
    }

    /** The value of the header that sends it. */
    public String authorization() {
      return "ApiKey " + encoded();
    }

    @Override
    public String toString() {
      return "ApiKey[" + id + "]";
    }
  }

  /** {@code http://host:port}, without a slash at the end. */
  public String url() {
    return url;
  }

  /** A user who has a role of the same name, as the API for roles describes one, and no other. */
  public void user(String name, JsonNode role) {
    JsonNode made = ok("PUT", "/_security/role/" + name, role);
    ObjectNode user = Json.mapper().createObjectNode().put("password", base64(name + ":" + name));
    user.putArray("roles").add(name);
    made = ok("PUT", "/_security/user/" + name, user);
  }

  /** A key of the superuser that can do what a role can, as the API for roles describes one. */
  public ApiKey key(String name, JsonNode role) {
    ObjectNode key = Json.mapper().createObjectNode().put("name", name);
    key.putObject("role_descriptors").set(name, role);
    return key(key, Map.of("Authorization", superuser));
  }

  /** A key of a user that can do what that user can. */
  public ApiKey keyOf(String user, String name) {
    return key(
        Json.mapper().createObjectNode().put("name", name),
        Map.of("Authorization", superuser, "es-security-runas-user", user));
  }

  private ApiKey key(JsonNode key, Map<String, String> headers) {
    // Without that it answers when the index is refreshed the next time, up to a second later.
    JsonNode made = ok("POST", "/_security/api_key?refresh=true", key, headers);
    return new ApiKey(made.path("id").asText(), made.path("api_key").asText());
  }

  /**
   * What the superuser is answered.
   *
   * @throws IllegalStateException when that is an error
   */
  public JsonNode ok(String method, String path, JsonNode body) {
    return ok(method, path, body, Map.of("Authorization", superuser));
  }

  /**
   * What who calls with this {@code Authorization} is answered.
   *
   * @throws IllegalStateException when that is an error
   */
  public JsonNode ok(String authorization, String method, String path, JsonNode body) {
    return ok(method, path, body, Map.of("Authorization", authorization));
  }

  private JsonNode ok(String method, String path, JsonNode body, Map<String, String> headers) {
    HttpCaller.Answer answer = call(method, path, body, headers);
    if (!answer.isSuccess()) {
      throw new IllegalStateException(
          method + " " + path + ": " + answer.status() + " " + tree(answer).at("/error/reason"));
    }
    return tree(answer);
  }

  private static JsonNode tree(HttpCaller.Answer answer) {
    try {
      return Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The status that who calls with this {@code Authorization} is answered. */
  public int status(String authorization, String method, String path, JsonNode body) {
    return call(method, path, body, Map.of("Authorization", authorization)).status();
  }

  private HttpCaller.Answer call(
      String method, String path, JsonNode body, Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "application/json");
    try {
      return http.call(
          method, URI.create(url + path), all, body.isMissingNode() ? "" : body.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
