package dev.countermand.containment.gcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Google's IAM API, version 1. Thread-safe. */
final class Iam {
  static final String ACCOUNT = "service-account";
  private static final String DOMAIN = ".iam.gserviceaccount.com";
  private static final int NOT_FOUND = 404;

  private final String provider;
  private final URI base;
  private final Login login;
  private final JsonCalls calls;

  Iam(String provider, URI base, Login login, JsonCalls calls) {
    this.provider = provider;
    this.base = base;
    this.login = login;
    this.calls = calls;
  }

  /** The name of the provider. */
  String provider() {
    return provider;
  }

  /** Looks whether the revoker gets a token of its own. */
  void check() {
    String unused = login.token();
  }

  /** The path of a service account. */
  static String path(String email) {
    return "v1/projects/"
        + JsonCalls.segment(project(email))
        + "/serviceAccounts/"
        + JsonCalls.segment(email);
  }

  /** The path of a key of a service account. */
  static String path(String email, String key) {
    return path(email) + "/keys/" + JsonCalls.segment(key);
  }

  /**
   * By its own project what is not there is answered by 404; by the wildcard, which is left for
   * accounts whose address does not tell it, by 403.
   */
  private static String project(String email) {
    int at = email.indexOf('@');
    String host = email.substring(at + 1);
    String project =
        host.endsWith(DOMAIN) ? host.substring(0, host.length() - DOMAIN.length()) : "";
    return project.isEmpty() || project.contains(".") ? "-" : project;
  }

  /** What is at a path, if anything. */
  Optional<JsonNode> find(String path) {
    JsonCalls.Answer answer = call("GET", path, Set.of(NOT_FOUND));
    return answer.status() == NOT_FOUND ? Optional.empty() : Optional.of(answer.body());
  }

  /** Changes something; whether it was there. */
  boolean change(String method, String path) {
    return call(method, path, Set.of(NOT_FOUND)).status() != NOT_FOUND;
  }

  /** The keys that an account got since what it is taken away for began, to be told to people. */
  String keysSince(Target target, String email, String but) {
    Optional<Instant> since = target.since();
    if (since.isEmpty()) {
      return "";
    }
    List<String> made = new ArrayList<>();
    JsonNode keys =
        call("GET", path(email) + "/keys?keyTypes=USER_MANAGED", Set.of(NOT_FOUND)).body();
    for (JsonNode key : keys.path("keys")) {
      String id = key.path("name").asText("").replaceFirst("^.*/", "");
      if (!id.equals(but) && !isBefore(key, since.get())) {
        made.add(id);
      }
    }
    return made.isEmpty() ? "" : "; keys that the account got since: " + String.join(", ", made);
  }

  private static boolean isBefore(JsonNode key, Instant since) {
    try {
      return Instant.parse(key.path("validAfterTime").asText("")).isBefore(since);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private JsonCalls.Answer call(String method, String path, Set<Integer> also) {
    return calls.call(
        method,
        base.resolve(path),
        Map.of("Authorization", "Bearer " + login.token()),
        // Google wants the body of these calls empty.
        "",
        also);
  }

  /** The account of a credential, unless it is the revoker's own. */
  String account(Target target, String form) {
    return notOwn(target.handle(ACCOUNT, form));
  }

  /** The same of an account that is known by name. */
  String notOwn(String email) {
    if (login.is(email)) {
      throw RevokerException.refused(
          "Service account " + email + " is the revoker's own: it is never touched.");
    }
    return email;
  }
}
