package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The role bindings of a cluster, with and without a namespace. Thread-safe. */
final class Bindings {
  private static final String RBAC = "apis/rbac.authorization.k8s.io/v1/";
  private static final String SUBJECTS = "subjects";

  /** What everybody gets, which is to ask who one is and what there is. */
  private static final Set<String> HARMLESS =
      Set.of(
          "system:basic-user",
          "system:cluster-trust-bundle-discovery",
          "system:discovery",
          "system:public-info-viewer",
          "system:service-account-issuer-discovery");

  private final Api api;

  Bindings(Api api) {
    this.api = api;
  }

  /** The bindings there are, as far as they can be looked at. */
  Api.Listed list() {
    Api.Listed ofNamespaces = api.list(RBAC + "rolebindings");
    Api.Listed ofCluster = api.list(RBAC + "clusterrolebindings");
    List<JsonNode> all = new ArrayList<>(ofNamespaces.items());
    all.addAll(ofCluster.items());
    return new Api.Listed(all, ofNamespaces.isWhole() && ofCluster.isWhole());
  }

  /** Whether a binding names an account. */
  static boolean isOf(JsonNode binding, Account account) {
    for (JsonNode subject : binding.path(SUBJECTS)) {
      if (account.is(subject)) {
        return true;
      }
    }
    return false;
  }

  /** The group by which a binding gives an account more than everybody gets. */
  static Optional<String> group(JsonNode binding, Account account) {
    if (isHarmless(binding)) {
      return Optional.empty();
    }
    for (JsonNode subject : binding.path(SUBJECTS)) {
      if (account.isIn(subject)) {
        return Optional.of(subject.path("name").asText(""));
      }
    }
    return Optional.empty();
  }

  // A Role of a namespace can have any name, and say anything.
  private static boolean isHarmless(JsonNode binding) {
    return HARMLESS.contains(binding.at("/roleRef/name").asText(""))
        && binding.at("/roleRef/kind").asText("").equals("ClusterRole")
        && binding.at("/metadata/namespace").asText("").isEmpty();
  }

  /** What people call a binding. */
  static String name(JsonNode binding) {
    String namespace = binding.at("/metadata/namespace").asText("");
    String name = binding.at("/metadata/name").asText("");
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** The way back to where an account stands in bindings, as text. */
  static String wayBack(List<JsonNode> bindings, Account account) {
    ArrayNode all = Json.mapper().createArrayNode();
    for (JsonNode binding : bindings) {
      ObjectNode one = Json.mapper().createObjectNode();
      for (String key : List.of("namespace", "name", "uid")) {
        one.put(key, binding.path("metadata").path(key).asText(""));
      }
      ArrayNode places = one.putArray(SUBJECTS);
      JsonNode subjects = binding.path(SUBJECTS);
      for (int i = 0; i < subjects.size(); i++) {
        if (account.is(subjects.get(i))) {
          places.addObject().put("at", i).set("subject", subjects.get(i));
        }
      }
      if (!places.isEmpty()) {
        all.add(one);
      }
    }
    return all.toString();
  }

  /** Takes an account out of a binding, as it is by now. */
  void take(JsonNode listed, Account account) {
    String path = path(listed.path("metadata"));
    Optional<JsonNode> binding = api.find(path);
    if (binding.isEmpty() || !isOf(binding.get(), account)) {
      return;
    }
    ObjectNode changed = binding.get().deepCopy();
    ArrayNode left = changed.putArray(SUBJECTS);
    for (JsonNode subject : binding.get().path(SUBJECTS)) {
      if (!account.is(subject)) {
        left.add(subject);
      }
    }
    api.change("PUT", path, changed);
  }

  /**
   * Puts an account back where it was. A binding that was made anew may grant something else, and
   * is left alone.
   *
   * @return how many of the bindings are there no more
   */
  int putBack(String wayBack) {
    int gone = 0;
    for (JsonNode one : tree(wayBack)) {
      String path = path(one);
      Optional<JsonNode> binding = api.find(path);
      String uid = binding.map(found -> found.at("/metadata/uid").asText("")).orElse("");
      if (uid.isEmpty() || !uid.equals(one.path("uid").asText(""))) {
        gone++;
        continue;
      }
      ArrayNode subjects = Json.mapper().createArrayNode();
      binding.get().path(SUBJECTS).forEach(subjects::add);
      int before = subjects.size();
      for (JsonNode place : one.path(SUBJECTS)) {
        if (!contains(subjects, place.path("subject"))) {
          subjects.insert(
              Math.min(place.path("at").asInt(0), subjects.size()), place.path("subject"));
        }
      }
      if (subjects.size() > before) {
        ObjectNode changed = binding.get().deepCopy();
        changed.set(SUBJECTS, subjects);
        api.change("PUT", path, changed);
      }
    }
    return gone;
  }

  private static boolean contains(ArrayNode subjects, JsonNode wanted) {
    for (JsonNode subject : subjects) {
      if (subject.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode tree(String wayBack) {
    try {
      return Json.mapper().readTree(wayBack);
    } catch (JsonProcessingException e) {
      throw RevokerException.fatal("The way back to the role bindings cannot be read.");
    }
  }

  private static String path(JsonNode named) {
    String namespace = named.path("namespace").asText("");
    String name = JsonCalls.segment(named.path("name").asText(""));
    return namespace.isEmpty()
        ? RBAC + "clusterrolebindings/" + name
        : RBAC + "namespaces/" + JsonCalls.segment(namespace) + "/rolebindings/" + name;
  }
}
