package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SecretRef;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The API of a cluster. Thread-safe. */
final class Api {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int MOST_PAGES = 100;

  /** Small enough that a page of larger objects is mostly still read. */
  private static final int PAGE = 200;

  private final String provider;
  private final URI base;
  private final SecretRef token;
  private final JsonCalls calls;

  /**
   * Objects of a list.
   *
   * @param isWhole whether these are all
   */
  record Listed(List<JsonNode> items, boolean isWhole) {}

  Api(String provider, URI base, SecretRef token, JsonCalls calls) {
    this.provider = provider;
    this.base = base;
    this.token = token;
    this.calls = calls;
  }

  /** The name of the provider. */
  String provider() {
    return provider;
  }

  /** The object at a path, if there is one. */
  Optional<JsonNode> find(String path) {
    JsonCalls.Answer answer = call("GET", path, Map.of(), "", Set.of(NOT_FOUND));
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(answer.body());
  }

  /** Asks a review, which changes nothing, and returns its status. */
  JsonNode review(String path, JsonNode review) {
    return call("POST", path, Map.of(), review.toString(), Set.of()).body().path("status");
  }

  /**
   * Replaces or deletes an object; what is not there is left so.
   *
   * @throws RevokerException retryable, when somebody changed it in between
   */
  void change(String method, String path, JsonNode body) {
    int status =
        call(method, path, Map.of(), body.toString(), Set.of(NOT_FOUND, CONFLICT)).status();
    if (status == CONFLICT) {
      throw RevokerException.retryable(
          "Somebody changed an object at provider " + provider + " in between; it is read again.");
    }
  }

  /**
   * Every object of a list that can be looked at within bounds, page by page. Pages that are too
   * large are asked for again in smaller ones, and from the beginning: one list has pages of one
   * size.
   */
  Listed list(String path) {
    int left = MOST_PAGES;
    for (int size = PAGE; ; size = Math.max(1, size / 5)) {
      List<JsonNode> items = new ArrayList<>();
      String more = "";
      try {
        while (left > 0) {
          left--;
          JsonNode list =
              call("GET", path + "?limit=" + size + more, Map.of(), "", Set.of()).body();
          if (!list.path("items").isArray()) {
            throw RevokerException.retryable(
                "Provider " + provider + " answered with no list of objects.");
          }
          list.path("items").forEach(items::add);
          String next = list.at("/metadata/continue").asText("");
          if (next.isEmpty()) {
            return new Listed(items, true);
          }
          more = "&continue=" + JsonCalls.segment(next);
        }
        return new Listed(items, false);
      } catch (RevokerException e) {
        if (!e.isTooLarge()) {
          throw e;
        }
        if (size == 1) {
          return new Listed(items, false);
        }
      }
    }
  }

  /** The first page of a list, of each object what it is called and when it was made. */
  JsonNode names(String path) {
    Map<String, String> headers =
        Map.of("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    return call("GET", path + "&limit=" + PAGE, headers, "", Set.of()).body().path("items");
  }

  private JsonCalls.Answer call(
      String method, String path, Map<String, String> headers, String body, Set<Integer> also) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Authorization", "Bearer " + token());
    return calls.call(method, base.resolve(path), all, body, also);
  }

  /** Read for every call: a cluster replaces the file of a pod's token before it expires. */
  private String token() {
    try {
      return token.read();
    } catch (CountermandException e) {
      throw RevokerException.fatal(e.code() + ": " + e.getMessage());
    }
  }
}
