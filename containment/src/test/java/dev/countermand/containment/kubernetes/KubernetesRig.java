package dev.countermand.containment.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.DoubleRig;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A double of a cluster with agents' accounts, each in one binding of either kind. */
final class KubernetesRig extends DoubleRig {
  static final String NAMESPACE = "agents";

  final ClusterDouble cluster;

  KubernetesRig(Path directory) {
    this(directory, new ClusterDouble());
  }

  private KubernetesRig(Path directory, ClusterDouble cluster) {
    super(cluster.server, directory);
    this.cluster = cluster;
    cluster.bind(
        "",
        "system:basic-user",
        "u-basic",
        "system:basic-user",
        List.of(ClusterDouble.subject("Group", "", "system:authenticated")));
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return new KubernetesRevokerFactory()
        .create(
            "cluster",
            Providers.of(
                "kubernetes",
                timeout,
                Map.of(
                    "url",
                    "http://127.0.0.1:" + port,
                    "token",
                    secret("token", ClusterDouble.OWN))),
            new HttpCaller(timeout));
  }

  /** To review is to look. */
  @Override
  public boolean changesSomething(String method, String path, String body) {
    return !Set.of("GET", "POST").contains(method);
  }

  @Override
  public Target unknownTarget() {
    return target(NAMESPACE, "agent-" + freshId());
  }

  Target target(String namespace, String name) {
    return credentials.target(
        credentials.of(
            "agent",
            "kubernetes-token",
            "cluster",
            handle(namespace, name),
            Credentials.freshSecret()));
  }

  Target withoutSecret() {
    Target sealed = freshTarget();
    return credentials.withoutSecret("agent", "kubernetes-token", "cluster", sealed.handle());
  }

  static Map<String, String> handle(String namespace, String name) {
    return Map.of("namespace", namespace, "service-account", name);
  }

  /** A token of a living account that may do something. */
  @Override
  public boolean works(Target target) {
    String path = account(target);
    List<String> token = cluster.tokens.get(target.secret().orElse(""));
    return token != null
        && token.get(1).equals(cluster.accounts.get(path))
        && cluster.bindings.values().stream().anyMatch(binding -> names(binding, target));
  }

  @Override
  public Object description(Target target) {
    Map<String, Object> bound = new TreeMap<>();
    cluster.bindings.forEach(
        (path, binding) -> {
          if (names(binding, target)) {
            bound.put(path, new TreeSet<>(ClusterDouble.names(binding)));
          }
        });
    return bound + " of " + cluster.accounts.get(account(target));
  }

  /** Its binding in the namespace is taken, that of the cluster is not. */
  @Override
  public void takePart(Target target) {
    String name = name(target);
    bindInNamespace(name, List.of(person("alice")));
  }

  @Override
  public void giveBack(Target target) {
    String name = name(target);
    String path = account(target);
    cluster.accounts.put(path, "uid-of-" + name);
    cluster.tokens.put(target.secret().orElseThrow(), List.of(path, "uid-of-" + name));
    bindInNamespace(name, List.of(person("alice"), own(name), person("bob")));
    cluster.bind("", "crb-" + name, "u-c-" + name, "edit", List.of(own(name)));
  }

  private void bindInNamespace(String name, List<ObjectNode> subjects) {
    cluster.bind(NAMESPACE, "rb-" + name, "u-r-" + name, "edit", subjects);
  }

  static ObjectNode own(String name) {
    return ClusterDouble.subject("ServiceAccount", NAMESPACE, name);
  }

  static ObjectNode person(String name) {
    return ClusterDouble.subject("User", "", name);
  }

  static String name(Target target) {
    return word(target, "service-account");
  }

  JsonNode subjects(Target target) {
    return cluster
        .bindings
        .get(ClusterDouble.path(NAMESPACE, "rb-" + name(target)))
        .path("subjects");
  }

  static String account(Target target) {
    return ClusterDouble.account(word(target, "namespace"), name(target));
  }

  private static boolean names(JsonNode binding, Target target) {
    return ClusterDouble.names(binding).contains(ClusterDouble.user(account(target)));
  }
}
