package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Target;
import java.util.List;

/** A service account, and what authorization calls it. */
record Account(String namespace, String name) {
  static final String NAMESPACE = "namespace";
  static final String NAME = "service-account";
  private static final String FORM = "namespace=<name> service-account=<name>";

  /** The one that a handle names. */
  static Account of(Target target) {
    return new Account(target.handle(NAMESPACE, FORM), target.handle(NAME, FORM));
  }

  /** The name of the user that its tokens are of. */
  String user() {
    return "system:serviceaccount:" + namespace + ":" + name;
  }

  /** The groups that it is in by being one. */
  List<String> groups() {
    return List.of(
        "system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
  }

  /** The path of the object. */
  String path() {
    return "api/v1/namespaces/"
        + JsonCalls.segment(namespace)
        + "/serviceaccounts/"
        + JsonCalls.segment(name);
  }

  /**
   * Whether a binding's subject is this account and nobody else; it may be named as a user, too.
   */
  boolean is(JsonNode subject) {
    String called = subject.path("name").asText("");
    return switch (subject.path("kind").asText("")) {
      case "ServiceAccount" ->
          called.equals(name) && subject.path("namespace").asText("").equals(namespace);
      case "User" -> called.equals(user());
      default -> false;
    };
  }

  /** Whether a binding's subject is a group that this account is in. */
  boolean isIn(JsonNode subject) {
    return subject.path("kind").asText("").equals("Group")
        && groups().contains(subject.path("name").asText(""));
  }

  @Override
  public String toString() {
    return "service account " + namespace + "/" + name;
  }
}
