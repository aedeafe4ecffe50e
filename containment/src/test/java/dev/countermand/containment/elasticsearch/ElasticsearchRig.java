package dev.countermand.containment.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import dev.countermand.testkit.SecuredElasticsearch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * API keys of one user, who may do what it likes in an index, and a revoker whose own key has the
 * privilege that the documentation names, no more.
 */
final class ElasticsearchRig implements HttpRevokerRig {
  static final JsonNode PRIVILEGE = HttpDouble.tree("{\"cluster\":[\"manage_api_key\"]}");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final JsonNode NOTHING = MissingNode.getInstance();
  private static final String KEYS = "/_security/api_key";
  private static final String KEPT = "/.security/";

  final SecuredElasticsearch server;
  final String user = KafkaProbe.uniqueName("agent");
  final SecuredElasticsearch.ApiKey own;
  private final Path directory;
  private final Credentials credentials;
  private final String documents = "/" + user + "-work/";
  private final String keeper;
  private volatile String last = "";

  ElasticsearchRig(SecuredElasticsearch server, Path directory) {
    this.server = server;
    this.directory = directory;
    this.credentials = new Credentials(directory.resolve("keys"));
    this.own = server.key(KafkaProbe.uniqueName("revoker"), PRIVILEGE);
    server.user(user, role(user + "-*", false));
    this.keeper = keeper().authorization();
  }

  /** Who writes where Elasticsearch keeps its keys: not even its superuser does. */
  private SecuredElasticsearch.ApiKey keeper() {
    String name = KafkaProbe.uniqueName("keeper");
    server.user(name, role(".security*", true));
    return server.keyOf(name, name);
  }

  private static JsonNode role(String indices, boolean areRestricted) {
    ObjectNode role = Json.mapper().createObjectNode();
    role.putArray("cluster").add("manage_own_api_key");
    ObjectNode all = role.putArray("indices").addObject();
    all.putArray("names").add(indices);
    all.putArray("privileges").add("all");
    all.put("allow_restricted_indices", areRestricted);
    return role;
  }

  @Override
  public Revoker revoker() {
    return create(server.url(), own.encoded(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create("http://127.0.0.1:" + port, own.encoded(), timeout);
  }

  Revoker create(String url, String token, Duration timeout) {
    Map<String, String> secret =
        Providers.secret(directory.resolve(KafkaProbe.uniqueName("token")), token);
    return new ElasticsearchRevokerFactory()
        .create(
            "search",
            Providers.of("elasticsearch", timeout, Map.of("url", url, "token", secret)),
            new HttpCaller(timeout));
  }

  /** A new key of the user. */
  SecuredElasticsearch.ApiKey key() {
    SecuredElasticsearch.ApiKey key = server.keyOf(user, KafkaProbe.uniqueName("key"));
    last = key.id();
    return key;
  }

  @Override
  public Target freshTarget() {
    SecuredElasticsearch.ApiKey key = key();
    return target(key.id(), key.encoded());
  }

  @Override
  public Target unknownTarget() {
    String id = KafkaProbe.uniqueName("nobody");
    return target(id, new SecuredElasticsearch.ApiKey(id, Credentials.freshSecret()).encoded());
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

  @Override
  public URI provider() {
    return URI.create(server.url());
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
    return isDone(target, "GET", "/_security/_authenticate", NOTHING);
  }

  @Override
  public boolean reads(Target target) {
    return isDone(target, "GET", documents + "_count?ignore_unavailable=true", NOTHING);
  }

  @Override
  public boolean changes(Target target) {
    return isDone(target, "POST", documents + "_doc", Json.mapper().createObjectNode());
  }

  private boolean isDone(Target target, String method, String path, JsonNode body) {
    return server.status("ApiKey " + target.secret().orElseThrow(), method, path, body) / 100 == 2;
  }

  @Override
  public Object description(Target target) {
    return server.ok("GET", KEYS + "?id=" + id(target), NOTHING);
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  /** As if what Elasticsearch keeps were put back from a copy of before; it has no call for it. */
  @Override
  public void giveBack(Target target) {
    ObjectNode kept =
        (ObjectNode) server.ok(keeper, "GET", KEPT + "_doc/" + id(target), NOTHING).path("_source");
    kept.put("api_key_invalidated", false).remove("invalidation_time");
    keep(target, "PUT", kept);
  }

  /** Elasticsearch forgets the key, as after the days that it keeps invalid ones. */
  void purge(Target target) {
    keep(target, "DELETE", NOTHING);
  }

  private void keep(Target target, String method, JsonNode body) {
    String path = KEPT + "_doc/" + id(target) + "?refresh=true";
    JsonNode unused = server.ok(keeper, method, path, body);
    unused = server.ok("POST", KEYS + "/" + id(target) + "/_clear_cache", NOTHING);
  }
}
