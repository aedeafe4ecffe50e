package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.model.json.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A double of the part of a cluster's API that is about service accounts: objects with a uid and a
 * version that a change must name, lists in pages, deletions with a precondition, RBAC by bindings.
 */
final class ClusterDouble {
  static final String OWN = "token-of-the-revoker";
  static final String OWN_USER = "system:serviceaccount:countermand:containment";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
  private static final int PAGE = 20;

  final HttpDouble server = new HttpDouble(this::serve);

  /** The uid of each account, by its path. */
  final Map<String, String> accounts = new ConcurrentHashMap<>();

  /** Bindings by their paths. */
  final Map<String, ObjectNode> bindings = new ConcurrentSkipListMap<>();

  /** The account, by its path, and its uid that each token is of. */
  final Map<String, List<String>> tokens = new ConcurrentHashMap<>();

  /** Pods by their names; each runs as every account. */
  final Map<String, String> pods = new ConcurrentSkipListMap<>();

  /** Users that something else than RBAC allows everything. */
  final Set<String> others = ConcurrentHashMap.newKeySet();

  private final AtomicInteger versions = new AtomicInteger();

  static String account(String namespace, String name) {
    return "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + name;
  }

  /** Makes a binding, or replaces it; one without a namespace holds everywhere. */
  void bind(String namespace, String name, String uid, String role, List<ObjectNode> subjects) {
    ObjectNode binding =
        Json.mapper()
            .createObjectNode()
            .put("apiVersion", "rbac.authorization.k8s.io/v1")
            .put("kind", namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding");
    ObjectNode metadata = binding.putObject("metadata").put("name", name).put("uid", uid);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
    metadata.put("resourceVersion", String.valueOf(versions.incrementAndGet()));
    binding.putObject("roleRef").put("kind", "ClusterRole").put("name", role);
    subjects.forEach(binding.putArray("subjects")::add);
    bindings.put(path(namespace, name), binding);
  }

  static String path(String namespace, String name) {
    return namespace.isEmpty()
        ? RBAC + "clusterrolebindings/" + name
        : RBAC + "namespaces/" + namespace + "/rolebindings/" + name;
  }

  static ObjectNode subject(String kind, String namespace, String name) {
    ObjectNode subject = Json.mapper().createObjectNode().put("kind", kind).put("name", name);
    return namespace.isEmpty() ? subject : subject.put("namespace", namespace);
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    if (!request.header("Authorization").equals("Bearer " + OWN)) {
      return status(401);
    }
    URI uri = URI.create(request.path());
    String path = uri.getPath();
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    if (request.method().equals("POST")) {
      return review(path.replaceFirst(".*/", ""), request.json().path("spec"));
    }
    if (path.equals(RBAC + "rolebindings") || path.equals(RBAC + "clusterrolebindings")) {
      return list(path.endsWith("clusterrolebindings"), query);
    }
    if (path.endsWith("/pods")) {
      return pods(request.header("Accept"), query);
    }
    if (bindings.containsKey(path)) {
      return binding(request, path);
    }
    String uid = accounts.get(path);
    if (uid == null) {
      return status(404);
    }
    if (request.method().equals("DELETE")) {
      if (!request.json().at("/preconditions/uid").asText().equals(uid)) {
        return status(409);
      }
      accounts.remove(path);
    }
    ObjectNode shown = Json.mapper().createObjectNode();
    shown.putObject("metadata").put("uid", uid);
    return answer(200, shown);
  }

  private HttpDouble.Answer binding(HttpDouble.Request request, String path) {
    if (request.method().equals("PUT")) {
      ObjectNode sent = (ObjectNode) request.json();
      String version = "/metadata/resourceVersion";
      if (!sent.at(version).asText().equals(bindings.get(path).at(version).asText())) {
        return status(409);
      }
      ((ObjectNode) sent.path("metadata"))
          .put("resourceVersion", String.valueOf(versions.incrementAndGet()));
      bindings.put(path, sent);
    }
    return answer(200, bindings.get(path));
  }

  private HttpDouble.Answer list(boolean isOfCluster, String query) {
    List<ObjectNode> all = new ArrayList<>();
    new TreeMap<>(bindings)
        .forEach(
            (path, binding) -> {
              if (path.contains("/clusterrolebindings/") == isOfCluster) {
                all.add(binding);
              }
            });
    int from =
        query.contains("continue=") ? Integer.parseInt(query.replaceFirst(".*continue=", "")) : 0;
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode items = body.putArray("items");
    int page = Math.min(PAGE, Integer.parseInt(query.replaceFirst(".*limit=(\\d+).*", "$1")));
    all.stream().skip(from).limit(page).forEach(items::add);
    body.putObject("metadata")
        .put("continue", all.size() > from + page ? String.valueOf(from + page) : "");
    return answer(200, body);
  }

  private HttpDouble.Answer pods(String accept, String query) {
    if (!accept.contains("as=PartialObjectMetadataList")
        || !query.contains("fieldSelector=spec.serviceAccountName=")) {
      return status(400);
    }
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode items = body.putArray("items");
    pods.forEach(
        (name, created) ->
            items
                .addObject()
                .putObject("metadata")
                .put("name", name)
                .put("creationTimestamp", created));
    return answer(200, body);
  }

  private HttpDouble.Answer review(String kind, JsonNode spec) {
    ObjectNode body = Json.mapper().createObjectNode();
    ObjectNode status = body.putObject("status");
    switch (kind) {
      case "selfsubjectreviews" -> status.putObject("userInfo").put("username", OWN_USER);
      case "tokenreviews" -> {
        List<String> token = tokens.get(spec.path("token").asText());
        if (token != null && token.get(1).equals(accounts.get(token.get(0)))) {
          status.put("authenticated", true).putObject("user").put("username", user(token.get(0)));
        } else {
          status.put("error", "[invalid bearer token]");
        }
      }
      case "subjectaccessreviews" -> status.put("allowed", isAllowed(spec));
      default -> {
        return status(404);
      }
    }
    return answer(201, body);
  }

  static String user(String path) {
    return path.replaceFirst(
        "/api/v1/namespaces/([^/]+)/serviceaccounts/(.+)", "system:serviceaccount:$1:$2");
  }

  private boolean isAllowed(JsonNode spec) {
    List<String> names = new ArrayList<>(List.of(spec.path("user").asText()));
    spec.path("groups").forEach(group -> names.add(group.asText()));
    return others.contains(names.get(0))
        || bindings.values().stream()
            .filter(binding -> !binding.at("/roleRef/name").asText().startsWith("system:"))
            .anyMatch(binding -> names(binding).stream().anyMatch(names::contains));
  }

  /** What authorization calls the subjects of a binding. */
  static List<String> names(JsonNode binding) {
    List<String> names = new ArrayList<>();
    for (JsonNode subject : binding.path("subjects")) {
      String name = subject.path("name").asText();
      names.add(
          subject.path("kind").asText().equals("ServiceAccount")
              ? "system:serviceaccount:" + subject.path("namespace").asText() + ":" + name
              : name);
    }
    return names;
  }

  private static HttpDouble.Answer status(int code) {
    return answer(code, Json.mapper().createObjectNode().put("kind", "Status").put("code", code));
  }

  private static HttpDouble.Answer answer(int status, JsonNode body) {
    return new HttpDouble.Answer(status, body.toString());
  }
}
