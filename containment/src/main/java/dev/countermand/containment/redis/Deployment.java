package dev.countermand.containment.redis;

import dev.countermand.containment.revoker.RevokerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The servers of one deployment.
 *
 * @param name of the provider
 * @param ownUser the user that the revoker is
 * @param nodes each server; none copies its users to another
 */
record Deployment(String name, String ownUser, List<Node> nodes) {
  Deployment {
    nodes = List.copyOf(nodes);
  }

  /** What each server knows of a user. Fails when one is away. */
  Map<Node, UserRules> known(String user) {
    Map<Node, UserRules> known = new LinkedHashMap<>();
    onEach(node -> node.rules(user).ifPresent(rules -> known.put(node, rules)));
    requireFound(user, !known.isEmpty());
    return known;
  }

  /** All are tried before the first that failed is told: one that is away must not spare others. */
  void onEach(Consumer<Node> act) {
    Optional<RevokerException> failed = tryEach(act);
    if (failed.isPresent()) {
      throw failed.get();
    }
  }

  /** The same; returns what failed first. */
  Optional<RevokerException> tryEach(Consumer<Node> act) {
    Optional<RevokerException> first = Optional.empty();
    for (Node node : nodes) {
      try {
        act.accept(node);
      } catch (RevokerException e) {
        first = first.isPresent() ? first : Optional.of(e);
      }
    }
    return first;
  }

  void requireFound(String user, boolean isFound) {
    if (!isFound) {
      throw RevokerException.fatal(
          "Provider "
              + name
              + " has no user "
              + user
              + ". Check the handle the credential is registered with.");
    }
  }

  void refuseOwn(String user) {
    if (user.equals("default") || user.equals(ownUser)) {
      throw RevokerException.refused(
          "User " + user + " is the default user or the revoker's own: it is never touched.");
    }
  }

  /** Every server that a way back names must still be known. */
  void requireConfigured(Set<String> servers) {
    Set<String> configured = nodes.stream().map(Node::name).collect(Collectors.toSet());
    for (String server : servers) {
      if (!configured.contains(server)) {
        throw RevokerException.fatal(
            "Server "
                + server
                + ", where the user was taken away, is not in url of provider "
                + name
                + " any more. Put it back there.");
      }
    }
  }
}
