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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  private final Deployment deployment;

  RedisRevoker(Deployment deployment) {
    this.deployment = deployment;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.NARROW, Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    for (Node node : deployment.nodes()) {
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
    Map<String, String> prior = new HashMap<>();
    List<String> seen = new ArrayList<>();
    Optional<RevokerException> failed =
        deployment.tryEach(
            node -> {
              Optional<UserRules> rules = node.rules(user);
              if (rules.isPresent()) {
                seen.add(look(node, user, rules.get()));
                prior.putAll(wayBack(node, user, rules.get(), target.rung()));
              }
            });
    // A server that is away must not hold up the others; what it has is then dealt with by hand.
    if (seen.isEmpty() && failed.isPresent()) {
      throw failed.get();
    }
    if (failed.filter(error -> error.kind() != RevokerException.Kind.RETRYABLE).isPresent()) {
      throw failed.get();
    }
    deployment.requireFound(user, !seen.isEmpty());
    prior.put(USER, user);
    boolean isFinal = target.rung() == Rung.REVOKE;
    return new Plan(
        isFinal ? Grade.RE_ISSUABLE : Grade.REVERSIBLE,
        "user "
            + user
            + " at "
            + String.join("; ", seen)
            + failed
                .map(error -> "; a server did not answer and has to be given back by hand")
                .orElse("")
            + (isFinal ? "; its passwords are deleted and cannot be put back" : ""),
        prior);
  }

  @Override
  public String execute(Target target) {
    String user = user(target);
    List<String> done = new ArrayList<>();
    deployment.onEach(
        node ->
            node.rules(user)
                .ifPresent(rules -> done.add(takeAway(node, user, rules, target.rung()))));
    deployment.requireFound(user, !done.isEmpty());
    return "user " + user + " at " + String.join("; ", done);
  }

  @Override
  public Proof verify(Target target) {
    String user = user(target);
    List<String> seen = new ArrayList<>();
    for (Map.Entry<Node, UserRules> one : deployment.known(user).entrySet()) {
      Proof proof = Probe.of(one.getKey(), one.getValue(), user, target);
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
    deployment.refuseOwn(user);
    Set<String> recorded = servers(prior);
    deployment.requireConfigured(recorded);
    List<String> back = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    deployment.onEach(
        node -> {
          Optional<UserRules> now = node.rules(user);
          if (!recorded.contains(node.name())) {
            now.ifPresent(rules -> lost.add("nothing was recorded at " + node.name()));
          } else if (now.isEmpty()) {
            lost.add("it does not exist any more at " + node.name());
          } else {
            back.add(node.name() + ": " + giveBack(node, user, now.get(), prior, lost));
          }
        });
    return lost.isEmpty()
        ? Restoration.restored(
            "user " + user + " is what it was before at " + String.join("; ", back))
        : Restoration.impossible(
            "User "
                + user
                + " is not what it was: "
                + String.join(", ", lost)
                + ". Let it in again with ACL SETUSER "
                + user
                + " on, with ><password> where it has none, and register that.");
  }

  private static String giveBack(
      Node node, String user, UserRules now, Map<String, String> prior, List<String> lost) {
    List<String> rules = new ArrayList<>();
    String before = prior.getOrDefault(RULES + node.name(), "");
    rules.addAll(before.isEmpty() ? List.of() : List.of(before.split("\n", -1)));
    if (prior.containsKey(PASSWORDS + node.name()) && !now.hasPassword()) {
      lost.add("it has no password any more at " + node.name());
    } else if (Boolean.parseBoolean(prior.get(ENABLED + node.name()))) {
      rules.add("on");
    }
    if (rules.isEmpty()) {
      return "off, as before";
    }
    node.change(user, rules);
    return kept(node);
  }

  /** The servers that a way back names. */
  private static Set<String> servers(Map<String, String> prior) {
    return prior.keySet().stream()
        .filter(key -> key.startsWith(RULES) || key.startsWith(ENABLED))
        .map(key -> key.substring(key.indexOf('.') + 1))
        .collect(Collectors.toSet());
  }

  private static String look(Node node, String user, UserRules rules) {
    boolean isManager = node.allows(user, "ACL", "SETUSER", "x");
    return node.name()
        + (rules.isOn() ? ": " : " (off): ")
        + node.connections(user)
        + " connection(s)"
        + (isManager ? ", can make users: look at ACL LIST for others it made" : "");
  }

  private static Map<String, String> wayBack(Node node, String user, UserRules rules, Rung rung) {
    Map<String, String> prior = new HashMap<>();
    if (rung == Rung.NARROW) {
      prior.put(RULES + node.name(), recordable(user, rules));
    } else {
      prior.put(ENABLED + node.name(), String.valueOf(rules.isOn()));
    }
    if (rung == Rung.REVOKE) {
      prior.put(PASSWORDS + node.name(), String.valueOf(rules.passwords()));
    }
    return prior;
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

  private String user(Target target) {
    String user = target.handle().get(USER);
    if (user == null || user.isEmpty() || user.chars().anyMatch(Character::isWhitespace)) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without a user. Register it again with the handle user=<name>.");
    }
    deployment.refuseOwn(user);
    return user;
  }
}
