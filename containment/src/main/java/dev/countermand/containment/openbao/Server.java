package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One OpenBao or Vault, seen from one namespace, with the revoker's own token. Thread-safe. */
final class Server {
  private static final String TOKEN = "X-Vault-Token";
  private static final String NAMESPACE = "X-Vault-Namespace";
  private static final String HINT =
      "Check token and namespace of the provider, and the policy of the token.";
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final String name;
  private final URI base;
  private final SecretRef token;
  private final @Nullable String namespace;
  private final JsonCalls calls;

  private Server(
      String name, URI base, SecretRef token, @Nullable String namespace, JsonCalls calls) {
    this.name = name;
    this.base = base;
    this.token = token;
    this.namespace = namespace;
    this.calls = calls;
  }

  /** The one that a provider names. */
  static Server of(ProviderKeys keys, ContainmentSettings.Provider config, HttpCaller http) {
    String url = keys.required("url", config.url());
    SecretRef token = keys.required("token", config.token());
    String unused = token.read();
    return new Server(
        keys.name(),
        keys.address("url", url.endsWith("/") ? url + "v1/" : url + "/v1/"),
        token,
        config.namespace(),
        new JsonCalls(keys.name(), HINT, http));
  }

  /** The name of the provider. */
  String name() {
    return name;
  }

  /** What it says of the revoker's own token. */
  JsonNode own() {
    return find("GET", "auth/token/lookup-self", Map.of(), "").orElseThrow(this::refused);
  }

  /**
   * Asks for something.
   *
   * @param fields of the body
   * @param absent the words with which it says that there is no such thing; empty when it answers
   *     404 with no word
   * @return empty when there is none
   * @throws RevokerException retryable, too, when the answer is not one of OpenBao or Vault
   */
  Optional<JsonNode> find(String method, String path, Map<String, String> fields, String absent) {
    JsonCalls.Answer answer =
        call(
            method,
            path,
            fields.isEmpty() ? "" : Json.mapper().valueToTree(fields).toString(),
            Set.of(BAD_REQUEST, FORBIDDEN, NOT_FOUND));
    if (answer.status() / 100 == 2) {
      return Optional.of(data(answer));
    }
    JsonNode errors = answer.body().path("errors");
    boolean isAbsent =
        absent.isEmpty()
            ? answer.status() == NOT_FOUND && errors.isArray() && errors.isEmpty()
            : says(errors, absent);
    if (isAbsent) {
      return Optional.empty();
    }
    throw refused();
  }

  /**
   * The keys of a list; none when there is no such list.
   *
   * @throws RevokerException as {@link #find}
   */
  JsonNode list(String path) {
    JsonNode keys =
        find("GET", path + "?list=true", Map.of(), "")
            .map(data -> data.path("keys"))
            .orElseGet(() -> Json.mapper().createArrayNode());
    if (!keys.isArray()) {
      throw strange();
    }
    return keys;
  }

  /** What the server knows of a token; asked with the revoker's own, since it need not be alive. */
  Optional<JsonNode> token(String token) {
    return find("POST", "auth/token/lookup", Map.of("token", token), "bad token");
  }

  /** Makes a call with the revoker's own token. */
  JsonCalls.Answer call(String method, String path, String body, Set<Integer> also) {
    return calls.call(method, base.resolve(path), headers(current()), body, also);
  }

  /** Whether a token is let in: it looks itself up, which the policy {@code default} allows. */
  boolean letsIn(String tried) {
    return calls
            .call(
                "GET",
                base.resolve("auth/token/lookup-self"),
                headers(tried),
                "",
                Set.of(FORBIDDEN))
            .status()
        != FORBIDDEN;
  }

  private Map<String, String> headers(String with) {
    Map<String, String> headers = new TreeMap<>(Map.of(TOKEN, with));
    if (namespace != null) {
      headers.put(NAMESPACE, namespace);
    }
    return headers;
  }

  /** The file is read anew for every call: an agent of the server may keep a renewed one in it. */
  private String current() {
    try {
      return token.read();
    } catch (CountermandException e) {
      throw RevokerException.retryable(e.code() + ": " + e.getMessage());
    }
  }

  private JsonNode data(JsonCalls.Answer answer) {
    JsonNode data = answer.body().path("data");
    if (!data.isObject()) {
      throw strange();
    }
    return data;
  }

  private static boolean says(JsonNode errors, String words) {
    for (JsonNode error : errors) {
      if (error.asText().contains(words)) {
        return true;
      }
    }
    return false;
  }

  private RevokerException strange() {
    return RevokerException.retryable(
        "Provider " + name + " gave an answer that is not one of OpenBao or Vault.");
  }

  private RevokerException refused() {
    return RevokerException.fatal("Provider " + name + " refused a call. " + HINT);
  }
}
