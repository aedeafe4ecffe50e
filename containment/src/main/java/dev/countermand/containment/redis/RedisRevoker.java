package dev.countermand.containment.redis;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Narrows a user's rules, switches it off, or deletes its passwords, on every server it is
 * configured for: Redis copies access control lists to nobody. A user is never deleted, so that one
 * that does not exist is always a misspelt handle, and never one that was dealt with before.
 */
final class RedisRevoker implements Revoker {
  private static final String USER = "user";
  private static final String RULES = "rules.";
  private static final String ENABLED = "enabled.";
  private static final String PASSWORDS = "passwords-deleted.";
  private static final int MAX_RULES = 16 * 1024;
  private static final List<List<String>> NEEDED =
      List.of(
          List.of("ACL", "GETUSER", "x"),
          List.of("ACL", "SETUSER", "x"),
          List.of("ACL", "CAT"),
          List.of("CLIENT", "KILL", "USER", "x"),
          List.of("CLIENT", "LIST"),
          List.of("COMMAND", "INFO"));

  private final String name;
  private final String ownUser;
  private final List<Node> nodes;

  RedisRevoker(String name, String ownUser, List<Node> nodes) {
    this.name = name;
    this.ownUser = ownUser;
    this.nodes = List.copyOf(nodes);
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.NARROW, Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    for (Node node : nodes) {
      Optional<String> missing = node.missingRight(NEEDED);
      if (missing.isPresent()) {
        throw RevokerException.fatal(
            "The revoker's user at "
                + node.name()
                + " may not run "
                + missing.get()
                + ". Give it the rights that containment's README names.");
      }
    }
  }

  @Override
  public Plan plan(Target target) {
    String user = user(target);
    Map<Node, UserRules> known = known(user);
    Map<String, String> prior = new HashMap<>();
    prior.put(USER, user);
    long connections = 0;
    boolean isManager = false;
    for (Map.Entry<Node, UserRules> one : known.entrySet()) {
      Node node = one.getKey();
      UserRules rules = one.getValue();
      connections += node.connections(user);
      isManager |= node.allows(user, "ACL", "SETUSER", "x");
      if (target.rung() == Rung.NARROW) {
        prior.put(RULES + node.name(), recordable(user, rules));
      } else {
        prior.put(ENABLED + node.name(), String.valueOf(rules.isOn()));
      }
      if (target.rung() == Rung.REVOKE) {
        prior.put(PASSWORDS + node.name(), String.valueOf(rules.passwords()));
      }
    }
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        connections
            + " connection(s) of user "
            + user
            + (isFinal ? "; its passwords are deleted and cannot be put back" : "")
            + (isManager ? "; it can make users: look at ACL LIST for others it made" : ""),
        prior);
  }

  @Override
  public String execute(Target target) {
    String user = user(target);
    refuseOwn(user);
    List<String> done = new ArrayList<>();
    onEach(
        node ->
            node.rules(user)
                .ifPresent(rules -> done.add(takeAway(node, user, rules, target.rung()))));
    requireFound(user, !done.isEmpty());
    return "user " + user + " at " + String.join("; ", done);
  }

  @Override
  public Proof verify(Target target) {
    String user = user(target);
    List<String> seen = new ArrayList<>();
    for (Map.Entry<Node, UserRules> one : known(user).entrySet()) {
      boolean isNarrowed = target.rung() == Rung.NARROW && one.getValue().isOn();
      Proof proof =
          isNarrowed
              ? narrowed(one.getKey(), user)
              : shutOut(one.getKey(), one.getValue(), user, target);
      if (proof.life() != Proof.Life.DEAD) {
        return proof;
      }
      seen.add(proof.seen());
    }
    return Proof.dead(String.join("; ", seen));
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String user = prior.containsKey(USER) ? prior.get(USER) : user(target);
    refuseOwn(user);
    requireConfigured(prior);
    List<String> lost = new ArrayList<>();
    List<String> back = new ArrayList<>();
    onEach(
        node -> {
          Optional<UserRules> now = node.rules(user);
          if (now.isEmpty()) {
            lost.add(node.name());
            return;
          }
          boolean isLost = prior.containsKey(PASSWORDS + node.name()) && !now.get().hasPassword();
          List<String> rules = new ArrayList<>();
          String before = prior.getOrDefault(RULES + node.name(), "");
          rules.addAll(before.isEmpty() ? List.of() : List.of(before.split("\n", -1)));
          if (isLost) {
            lost.add(node.name());
          } else if (Boolean.parseBoolean(prior.getOrDefault(ENABLED + node.name(), "false"))) {
            rules.add("on");
          }
          if (!rules.isEmpty()) {
            node.change(user, rules);
            back.add(node.name() + ": " + kept(node));
          }
        });
    return lost.isEmpty()
        ? Restoration.restored(
            "user "
                + user
                + " is what it was before"
                + (back.isEmpty() ? "" : " at " + String.join("; ", back)))
        : Restoration.impossible(
            "User "
                + user
                + " has no password any more at "
                + String.join(", ", lost)
                + ". Give it a new one with ACL SETUSER "
                + user
                + " on ><password>, and register that.");
  }

  private static String takeAway(Node node, String user, UserRules rules, Rung rung) {
    node.change(
        user,
        switch (rung) {
          case NARROW -> rules.narrowed();
          case REVOKE -> List.of("off", "resetpass");
          default -> List.of("off");
        });
    // A command that already waits, such as BLPOP, was allowed when it came; it ends here.
    long cut = node.cut(user);
    return node.name()
        + ": "
        + (rung == Rung.NARROW ? "narrowed, " : "switched off, ")
        + cut
        + " connection(s) closed, "
        + kept(node);
  }

  private Proof narrowed(Node node, String user) {
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
                + open.stream().limit(5).collect(Collectors.joining(", "))
                + (open.size() > 5 ? " and " + (open.size() - 5) + " more" : ""));
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

  /** All are tried before the first that failed is told: one that is away must not spare others. */
  private void onEach(Consumer<Node> act) {
    RevokerException first = null;
    for (Node node : nodes) {
      try {
        act.accept(node);
      } catch (RevokerException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** The rules of a user that may be touched, by server. */
  private Map<Node, UserRules> known(String user) {
    refuseOwn(user);
    Map<Node, UserRules> known = new LinkedHashMap<>();
    onEach(node -> node.rules(user).ifPresent(rules -> known.put(node, rules)));
    requireFound(user, !known.isEmpty());
    return known;
  }

  private void requireFound(String user, boolean isFound) {
    if (!isFound) {
      throw RevokerException.fatal(
          "Provider "
              + name
              + " has no user "
              + user
              + ". Check the handle the credential is registered with.");
    }
  }

  private void refuseOwn(String user) {
    if (user.equals("default") || user.equals(ownUser)) {
      throw RevokerException.refused(
          "User " + user + " is the default user or the revoker's own: it is never touched.");
    }
  }

  private void requireConfigured(Map<String, String> prior) {
    Set<String> configured = nodes.stream().map(Node::name).collect(Collectors.toSet());
    for (String key : prior.keySet()) {
      int dot = key.indexOf('.');
      if (dot > 0 && !configured.contains(key.substring(dot + 1))) {
        throw RevokerException.fatal(
            "Server "
                + key.substring(dot + 1)
                + ", where the user was taken away, is not in url of provider "
                + name
                + " any more. Put it back there.");
      }
    }
  }

  private static String recordable(String user, UserRules rules) {
    String text = String.join("\n", rules.asTheyAre());
    if (text.length() > MAX_RULES) {
      throw RevokerException.fatal(
          "The rules of user "
              + user
              + " have more than "
              + MAX_RULES
              + " characters and could not be put back: suspend it instead.");
    }
    return text;
  }

  private static String kept(Node node) {
    return node.keep()
        .map(why -> "not kept over a restart of the server: " + why)
        .orElse("kept over a restart");
  }

  private static String user(Target target) {
    String user = target.handle().get(USER);
    if (user == null || user.isEmpty() || user.chars().anyMatch(Character::isWhitespace)) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without a user. Register it again with the handle user=<name>.");
    }
    return user;
  }
}
