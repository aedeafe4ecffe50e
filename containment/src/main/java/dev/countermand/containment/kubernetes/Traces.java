package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What runs as an account, and what is new since. Who made something Kubernetes does not tell. */
final class Traces {
  private static final int MANY = 200;
  private static final int MOST_NAMED = 10;

  private final Api api;

  Traces(Api api) {
    this.api = api;
  }

  /** How many pods run as an account, for people. */
  String pods(Account account) {
    try {
      int count = listed(account).size();
      return count < MANY ? count + " pods" : MANY + " pods or more";
    } catch (RevokerException e) {
      // An agent can make its pods unreadable; that must not keep its account alive.
      return "pods that could not be counted";
    }
  }

  /** The pods of the account, and the bindings of the cluster, that are new since. */
  String since(Target target, Account account, List<JsonNode> bindings) {
    Optional<Instant> since = target.since();
    if (since.isEmpty()) {
      return "";
    }
    // The cluster keeps times in seconds.
    Instant start = since.get().truncatedTo(ChronoUnit.SECONDS);
    List<String> pods = new ArrayList<>();
    String unseen = "";
    try {
      for (JsonNode pod : listed(account)) {
        if (!isBefore(pod, start)) {
          pods.add(pod.at("/metadata/name").asText(""));
        }
      }
    } catch (RevokerException e) {
      unseen = "; its pods could not be looked at";
    }
    List<String> made =
        bindings.stream().filter(one -> !isBefore(one, start)).map(Bindings::name).toList();
    return unseen
        + told("pods that run as it since: ", pods)
        + told("role bindings made since: ", made);
  }

  private JsonNode listed(Account account) {
    return api.names(
        "api/v1/namespaces/"
            + JsonCalls.segment(account.namespace())
            + "/pods?fieldSelector="
            + JsonCalls.segment("spec.serviceAccountName=" + account.name()));
  }

  private static String told(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String more = names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "";
    return "; "
        + what
        + String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMED)))
        + more;
  }

  private static boolean isBefore(JsonNode object, Instant start) {
    try {
      return Instant.parse(object.at("/metadata/creationTimestamp").asText("")).isBefore(start);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
