package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Leases of secrets, such as accounts of a database. The server is asked to answer when the engine
 * has taken the secret away, and a lease is there as long as it has not.
 */
final class Leases {
  private static final int BAD_REQUEST = 400;
  private static final int MOST_LISTS = 10;
  private static final int MOST_LEASES = 1000;
  private static final Pattern SLASH = Pattern.compile("/");

  /** Below these are the leases of tokens, the revoker's own too, and the server itself. */
  private static final Set<String> NOT_OF_SECRETS = Set.of("auth", "sys", "identity", "cubbyhole");

  private final Server server;

  Leases(Server server) {
    this.server = server;
  }

  /**
   * What revoking hits.
   *
   * @param isWhole whether all of it was looked at
   */
  record Described(String text, boolean isWhole) {}

  /** What revoking one hits. */
  String describe(String lease) {
    JsonNode found =
        find(lease)
            .orElseThrow(
                () ->
                    RevokerException.fatal(
                        "Provider "
                            + server.name()
                            + " has no lease "
                            + lease
                            + ". It has expired, or the handle is wrong."));
    return "one lease, of " + found.path("issue_time").asText("a time that is not told");
  }

  /** What revoking all below a prefix hits. */
  Described describeAll(String prefix) {
    int count = 0;
    Deque<String> open = new ArrayDeque<>(Set.of(String.join("/", segments(prefix))));
    for (int lists = 0; !open.isEmpty(); lists++) {
      String folder = open.pop();
      if (lists == MOST_LISTS || count >= MOST_LEASES) {
        return more(count, prefix);
      }
      Optional<JsonNode> listed = listed(folder);
      if (listed.isEmpty()) {
        return more(count, prefix);
      }
      for (JsonNode key : listed.get()) {
        if (key.asText().endsWith("/")) {
          open.push(folder + "/" + key.asText().substring(0, key.asText().length() - 1));
        } else {
          count++;
        }
      }
    }
    if (count == 0) {
      throw RevokerException.fatal(
          "Provider "
              + server.name()
              + " has no lease below "
              + prefix
              + ". All have expired, or the handle is wrong.");
    }
    return new Described(count + " lease(s) below " + prefix + ", whoever got them", true);
  }

  private static Described more(int count, String prefix) {
    return new Described(
        "more than " + count + " leases below " + prefix + ", whoever got them", false);
  }

  /** Revokes one. */
  String revoke(String lease) {
    segments(lease);
    ObjectNode body = Json.mapper().createObjectNode().put("lease_id", lease).put("sync", true);
    return "revoking lease " + lease + " was answered " + done("sys/leases/revoke", body);
  }

  /** Revokes all below a prefix. */
  String revokeAll(String prefix) {
    ObjectNode body = Json.mapper().createObjectNode().put("sync", true);
    return "revoking all leases below "
        + prefix
        + " was answered "
        + done("sys/leases/revoke-prefix/" + path(segments(prefix)), body);
  }

  /** Whether one is still there. */
  Proof look(String lease) {
    return find(lease).isPresent()
        ? Proof.alive("lease " + lease + " is still there")
        : Proof.dead("lease " + lease + " is gone; what it was for was not tried");
  }

  /** Whether one below a prefix is still there. */
  Proof lookAtAll(String prefix) {
    Optional<JsonNode> left = listed(String.join("/", segments(prefix)));
    return left.isPresent() && left.get().isEmpty()
        ? Proof.dead(
            "there is no lease below "
                + prefix
                + "; what they were for was not tried, and whoever may can get new ones")
        : Proof.alive("there are leases below " + prefix);
  }

  private Optional<JsonNode> find(String lease) {
    segments(lease);
    return server.find("POST", "sys/leases/lookup", Map.of("lease_id", lease), "invalid lease");
  }

  /** Empty where there are too many for one answer: the server has no pages of leases. */
  private Optional<JsonNode> listed(String folder) {
    try {
      return Optional.of(server.list("sys/leases/lookup/" + path(SLASH.split(folder))));
    } catch (RevokerException e) {
      if (e.isTooLarge()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private int done(String path, ObjectNode body) {
    JsonCalls.Answer answer = server.call("POST", path, body.toString(), Set.of(BAD_REQUEST));
    if (answer.status() == BAD_REQUEST) {
      // The engine's own words may quote the secret.
      throw RevokerException.retryable(
          "Provider " + server.name() + " could not revoke: the secrets engine behind it failed.");
    }
    return answer.status();
  }

  private static String path(String[] segments) {
    return Arrays.stream(segments).map(JsonCalls::segment).collect(Collectors.joining("/"));
  }

  /** The segments of a lease id or a prefix, which is one of a secrets engine. */
  private static String[] segments(String id) {
    String[] segments = SLASH.split(id.endsWith("/") ? id.substring(0, id.length() - 1) : id, -1);
    for (String segment : segments) {
      if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
        throw RevokerException.fatal("\"" + id + "\" is no lease id and no prefix of any.");
      }
    }
    if (NOT_OF_SECRETS.contains(segments[0])) {
      throw RevokerException.refused(
          "Leases below "
              + segments[0]
              + "/ are not of secrets, and the revoker's own token may be among them: they are"
              + " never touched. Register a token by its accessor.");
    }
    return segments;
  }
}
