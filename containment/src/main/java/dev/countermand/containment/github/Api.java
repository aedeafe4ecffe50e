package dev.countermand.containment.github;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The calls to one address of GitHub's REST API, of the version of 2022-11-28. Thread-safe. */
final class Api {
  private static final String PUBLIC = "https://api.github.com";

  private final String name;
  private final URI base;
  private final JsonCalls calls;

  private Api(String name, URI base, JsonCalls calls) {
    this.name = name;
    this.base = base;
    this.calls = calls;
  }

  /** That of a provider; github.com's where its {@code url} is missing. */
  static Api of(ProviderKeys keys, ContainmentSettings.Provider config, HttpCaller http) {
    String url = config.url() == null ? PUBLIC : config.url();
    URI base = keys.address("url", url.endsWith("/") ? url : url + "/");
    return new Api(
        keys.name(),
        base,
        new JsonCalls(
            keys.name(), "Check client-id and client-secret, and the app's permissions.", http));
  }

  /** The name of the provider. */
  String name() {
    return name;
  }

  /**
   * Makes a call.
   *
   * @param path without a slash before it
   * @param token to call with; null for none
   * @param also what is an answer besides 2xx
   */
  JsonCalls.Answer call(
      String method, String path, @Nullable String token, String body, Set<Integer> also) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Accept", "application/vnd.github+json");
    headers.put("X-GitHub-Api-Version", "2022-11-28");
    if (token != null) {
      headers.put("Authorization", "Bearer " + token);
    }
    return calls.call(method, base.resolve(path), headers, body, also);
  }
}
