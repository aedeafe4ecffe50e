package dev.countermand.containment.elasticsearch;

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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Invalidates API keys. A key that is invalid can still be looked up for some days, and
 * Elasticsearch answers 200 to an invalidation that failed: what counts is what is read back.
 */
final class ElasticsearchRevoker implements Revoker {
  private static final String ID = "api-key-id";
  private static final String KEYS = "_security/api_key";
  private static final String WHO = "_security/_authenticate";
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final String name;
  private final URI base;
  private final String token;
  private final JsonCalls calls;

  ElasticsearchRevoker(String name, URI url, String token, JsonCalls calls) {
    this.name = name;
    this.base = url.toString().endsWith("/") ? url : URI.create(url + "/");
    this.token = token;
    this.calls = calls;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.REVOKE);
  }

  @Override
  public void check() {
    JsonCalls.Answer unused = call("GET", WHO, "", Set.of());
  }

  @Override
  public Plan plan(Target target) {
    String id = id(target);
    JsonNode key = find(id).orElseThrow(() -> unknown(id));
    return new Plan(
        Grade.RE_ISSUABLE,
        "one API key of user " + key.path("username").asText("(not told)"),
        Map.of(ID, id));
  }

  @Override
  public String execute(Target target) {
    String id = id(target);
    ObjectNode body = Json.mapper().createObjectNode();
    body.putArray("ids").add(id);
    JsonCalls.Answer called = call("DELETE", KEYS, body.toString(), Set.of(NOT_FOUND));
    JsonNode answer = called.body();
    if (called.status() != NOT_FOUND && !answer.path("invalidated_api_keys").isArray()) {
      throw RevokerException.retryable(
          "Provider " + name + " answered " + called.status() + " with no list of API keys.");
    }
    if (has(answer.path("invalidated_api_keys"), id)) {
      return "API key " + id + " is invalidated";
    }
    if (has(answer.path("previously_invalidated_api_keys"), id)) {
      return "API key " + id + " was invalidated before";
    }
    if (answer.path("error_count").asInt(0) > 0) {
      throw RevokerException.retryable(
          "Provider " + name + " answered 200, and that API key " + id + " was not invalidated.");
    }
    // Elasticsearch 8 and 9 name a key that was invalid before in neither list.
    if (isValid(find(id).orElseThrow(() -> unknown(id)))) {
      throw RevokerException.retryable(
          "Provider " + name + " answered 200, and API key " + id + " is valid all the same.");
    }
    return "API key " + id + " was invalidated before";
  }

  @Override
  public Proof verify(Target target) {
    String id = id(target);
    Optional<JsonNode> key = find(id);
    if (key.isPresent() && isValid(key.get())) {
      return Proof.alive("API key " + id + " is valid");
    }
    String seen =
        "API key " + id + (key.isPresent() ? " is invalidated" : " does not exist (any more)");
    Optional<String> secret = target.secret();
    if (secret.isEmpty()) {
      return Proof.dead(
          seen + "; it was not tried, because it is not sealed" + others(target, id, key));
    }
    // Nodes keep a key that they let in before for about a second.
    int status =
        calls
            .call(
                "GET",
                base.resolve(WHO),
                authorization(encoded(id, secret.get())),
                "",
                Set.of(UNAUTHORIZED))
            .status();
    return status == UNAUTHORIZED
        ? Proof.dead(seen + "; tried, it is refused: 401" + others(target, id, key))
        : Proof.alive("API key " + id + " is still let in");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return Restoration.impossible(
        "An API key that was invalidated cannot be given back. Make a new one at "
            + name
            + " and register it.");
  }

  /** Keys that the same user got since. */
  private String others(Target target, String id, Optional<JsonNode> key) {
    String user = key.map(known -> known.path("username").asText("")).orElse("");
    String realm = key.map(known -> known.path("realm").asText("")).orElse("");
    if (target.since().isEmpty() || user.isEmpty() || realm.isEmpty()) {
      return "";
    }
    long since = target.since().get().toEpochMilli();
    String path =
        KEYS
            + "?username="
            + JsonCalls.segment(user)
            + "&realm_name="
            + JsonCalls.segment(realm)
            + "&active_only=true";
    List<String> made = new ArrayList<>();
    for (JsonNode one : call("GET", path, "", Set.of(NOT_FOUND)).body().path("api_keys")) {
      if (one.path("creation").asLong() >= since && !one.path("id").asText().equals(id)) {
        made.add(one.path("id").asText());
      }
    }
    return made.isEmpty()
        ? ""
        : "; keys that user " + user + " got since: " + String.join(", ", made);
  }

  private static boolean isValid(JsonNode key) {
    return !key.path("invalidated").asBoolean(false);
  }

  private Optional<JsonNode> find(String id) {
    JsonNode found =
        call("GET", KEYS + "?id=" + JsonCalls.segment(id), "", Set.of(NOT_FOUND)).body();
    for (JsonNode key : found.path("api_keys")) {
      if (key.path("id").asText().equals(id)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private JsonCalls.Answer call(String method, String path, String body, Set<Integer> also) {
    return calls.call(method, base.resolve(path), authorization(token), body, also);
  }

  private static Map<String, String> authorization(String encoded) {
    return Map.of("Authorization", "ApiKey " + encoded);
  }

  /** A key as it is sent; it may be registered so, or without its id. */
  private static String encoded(String id, String secret) {
    return idOf(secret).filter(id::equals).isPresent()
        ? secret
        : Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> idOf(String encoded) {
    try {
      String plain = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = plain.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(plain.substring(0, colon));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean has(JsonNode list, String id) {
    for (JsonNode one : list) {
      if (one.asText().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private RevokerException unknown(String id) {
    return RevokerException.fatal(
        "Provider "
            + name
            + " has no API key "
            + id
            + ". Check the handle the credential is registered with.");
  }

  private String id(Target target) {
    String id = target.handle(ID, "api-key-id=<id>");
    if (idOf(token).filter(id::equals).isPresent()) {
      throw RevokerException.refused(
          "API key " + id + " is the revoker's own: it is never touched.");
    }
    return id;
  }
}
