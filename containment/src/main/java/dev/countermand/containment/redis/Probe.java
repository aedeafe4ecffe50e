package dev.countermand.containment.redis;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be seen at one server of what a user can still do. */
final class Probe {
  private static final int MOST_NAMED = 5;

  private Probe() {}

  /** Whether it can do at a server what its rung takes away. */
  static Proof of(Node node, UserRules rules, String user, Target target) {
    return target.rung() == Rung.NARROW && rules.isOn()
        ? narrowed(node, user)
        : shutOut(node, rules, user, target);
  }

  private static Proof narrowed(Node node, String user) {
    Node.Trial trial = node.tryChanges(user);
    List<String> open = trial.open();
    return open.isEmpty() && trial.tried() > 0
        ? Proof.dead(
            node.name()
                + " denies user "
                + user
                + " in a dry run all "
                + trial.tried()
                + " commands that change something")
        : Proof.alive(
            node.name()
                + " does not deny user "
                + user
                + " "
                + open.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (open.size() > MOST_NAMED ? " and " + (open.size() - MOST_NAMED) + " more" : ""));
  }

  private static Proof shutOut(Node node, UserRules rules, String user, Target target) {
    if (rules.isOn()) {
      return Proof.alive("user " + user + " is switched on at " + node.name());
    }
    if (target.rung() == Rung.REVOKE && rules.hasPassword()) {
      return Proof.alive("user " + user + " still has a password at " + node.name());
    }
    long connections = node.connections(user);
    if (connections > 0) {
      return Proof.alive(
          connections + " connection(s) of user " + user + " are open at " + node.name());
    }
    String seen = "user " + user + " is off at " + node.name() + " and has no connection there";
    Optional<String> secret = target.secret();
    if (secret.isEmpty()) {
      return Proof.dead(seen + "; no login was tried, because its password is not sealed");
    }
    return node.letsIn(user, secret.get())
        ? Proof.alive("a login as user " + user + " at " + node.name() + " was let in")
        : Proof.dead(seen + "; a login with its password was refused");
  }
}
