package dev.countermand.containment.elasticsearch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A double of the API keys of Elasticsearch, with the shapes that its documentation shows: security
 * is not in the server that can be had from a registry.
 */
final class ElasticsearchRig implements HttpRevokerRig, AutoCloseable {
  static final String OWN_ID = "revoker";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  final HttpDouble server = new HttpDouble(this::serve);
  private final Path directory;
  private final Credentials credentials;
  private final Map<String, ObjectNode> keys = new ConcurrentHashMap<>();
  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final String own;
  private volatile String last = "";

  ElasticsearchRig(Path directory) {
    this.directory = directory;
    this.credentials = new Credentials(directory.resolve("keys"));
    this.own = make(OWN_ID, "countermand");
  }

  @Override
  public Revoker revoker() {
    return revokerAt(server.port(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return new ElasticsearchRevokerFactory()
        .create(
            "search",
            Providers.of(
                "elasticsearch",
                timeout,
                Map.of(
                    "url",
                    "http://127.0.0.1:" + port,
                    "token",
                    Providers.secret(directory.resolve("revoker.key"), own))),
            new HttpCaller(timeout));
  }

  /** A new key of a user; returns it as it is sent. */
  String make(String id, String user) {
    String secret = Credentials.freshSecret();
    last = id;
    secrets.put(id, secret);
    keys.put(
        id,
        Json.mapper()
            .createObjectNode()
            .put("id", id)
            .put("name", "key " + id)
            .put("creation", Instant.now().toEpochMilli())
            .put("invalidated", false)
            .put("username", user)
            .put("realm", "native1"));
    return Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Target freshTarget() {
    String id = KafkaProbe.uniqueName("key");
    return target(id, make(id, "agent"));
  }

  @Override
  public Target unknownTarget() {
    return target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  Target target(String id, String secret) {
    return credentials.target(
        credentials.of(id, "elasticsearch-api-key", "search", Map.of("api-key-id", id), secret));
  }

  Target withoutSecret(String id) {
    return credentials.withoutSecret(
        id, "elasticsearch-api-key", "search", Map.of("api-key-id", id));
  }

  static String id(Target target) {
    return String.valueOf(target.handle().get("api-key-id"));
  }

  /** The part of a key that is secret. */
  String secretOf(String id) {
    return String.valueOf(secrets.get(id));
  }

  @Override
  public URI provider() {
    return server.address();
  }

  /** It names the key that was made last. */
  @Override
  public String yes() {
    ObjectNode answer = Json.mapper().createObjectNode().put("error_count", 0);
    answer.putArray("invalidated_api_keys").add(last);
    answer.putArray("previously_invalidated_api_keys");
    return answer.toString();
  }

  @Override
  public boolean works(Target target) {
    return letIn("ApiKey " + target.secret().orElseThrow()).isPresent();
  }

  @Override
  public Object description(Target target) {
    return String.valueOf(keys.get(id(target)));
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  @Override
  public void giveBack(Target target) {
    keys.get(id(target)).put("invalidated", false);
  }

  /** The node forgets the key, as after the days that invalid ones are kept. */
  void purge(String id) {
    keys.remove(id);
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    Optional<String> caller = letIn(request.header("Authorization"));
    if (caller.isEmpty()) {
      return new HttpDouble.Answer(
          401, "{\"error\":{\"type\":\"security_exception\"},\"status\":401}");
    }
    if (request.path().equals("/_security/_authenticate")) {
      return new HttpDouble.Answer(
          200,
          "{\"username\":\"x\",\"authentication_type\":\"api_key\",\"api_key\":{\"id\":\""
              + caller.get()
              + "\"}}");
    }
    if (!caller.get().equals(OWN_ID)) {
      return new HttpDouble.Answer(403, "{\"status\":403}");
    }
    return request.method().equals("DELETE") ? invalidate(request.body()) : find(request.path());
  }

  private HttpDouble.Answer invalidate(String body) {
    ObjectNode answer = Json.mapper().createObjectNode();
    ArrayNode now = answer.putArray("invalidated_api_keys");
    ArrayNode before = answer.putArray("previously_invalidated_api_keys");
    answer.put("error_count", 0);
    for (JsonNode id : tree(body).path("ids")) {
      ObjectNode key = keys.get(id.asText());
      if (key != null) {
        (key.path("invalidated").asBoolean() ? before : now).add(id.asText());
        key.put("invalidated", true);
      }
    }
    return new HttpDouble.Answer(200, answer.toString());
  }

  private HttpDouble.Answer find(String path) {
    String query = path.substring(path.indexOf('?') + 1);
    ObjectNode answer = Json.mapper().createObjectNode();
    ArrayNode found = answer.putArray("api_keys");
    if (query.startsWith("id=")) {
      ObjectNode key = keys.get(query.substring(3));
      if (key == null) {
        return new HttpDouble.Answer(404, answer.toString());
      }
      found.add(key);
    } else {
      String user = query.replaceAll(".*username=([^&]*).*", "$1");
      keys.values().stream()
          .filter(key -> key.path("username").asText().equals(user))
          .filter(key -> !key.path("invalidated").asBoolean())
          .forEach(found::add);
    }
    return new HttpDouble.Answer(200, answer.toString());
  }

  /** The id of the key, when it is valid. */
  private Optional<String> letIn(String authorization) {
    try {
      String[] pair =
          new String(
                  Base64.getDecoder().decode(authorization.substring("ApiKey ".length())),
                  StandardCharsets.UTF_8)
              .split(":", 2);
      ObjectNode key = keys.get(pair[0]);
      boolean isRight = pair.length == 2 && pair[1].equals(secrets.get(pair[0]));
      return isRight && key != null && !key.path("invalidated").asBoolean()
          ? Optional.of(pair[0])
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static JsonNode tree(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
