package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sessions of roles. STS cannot end one, but what it may do is looked up with every request: a
 * policy of ours denies it everything, and deleting that policy gives it back.
 */
final class RoleSessions implements Revoker {
  private static final String ROLE = "role";
  private static final String SOURCE = "source-identity";
  private static final String POLICY = "policy";
  private static final String HAD_POLICY = "had-policy";

  /** So long sessions that are issued while the policy spreads are denied, too. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  private final Account account;
  private final InstantSource clock;

  RoleSessions(Account account, InstantSource clock) {
    this.account = account;
    this.clock = clock;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND);
  }

  @Override
  public void check() {
    String unused = account.ownName();
  }

  @Override
  public Plan plan(Target target) {
    String role = role(target);
    if (!account.hasRole(role)) {
      throw RevokerException.fatal(
          "Provider "
              + account.provider()
              + " has no role "
              + role
              + ". Check the handle the credential is registered with.");
    }
    Denial denial = denial(target);
    return new Plan(
        Grade.REVERSIBLE,
        target.handle().containsKey(SOURCE)
            ? "the sessions of role " + role + " with that source identity"
            : "all sessions of role " + role + ", whoever has them",
        Map.of(
            ROLE,
            role,
            POLICY,
            denial.name(),
            HAD_POLICY,
            String.valueOf(account.policy(role, denial.name()).isPresent())));
  }

  @Override
  public String execute(Target target) {
    String role = role(target);
    Denial denial = denial(target);
    account.putPolicy(role, denial.name(), denial.document(clock.instant().plus(AHEAD)));
    return "policy " + denial.name() + " of role " + role + " denies everything";
  }

  @Override
  public Proof verify(Target target) {
    String role = role(target);
    Denial denial = denial(target);
    Optional<Instant> until = account.policy(role, denial.name()).flatMap(denial::deniesUntil);
    boolean isDenied =
        until.filter(time -> time.isAfter(target.since().orElse(Instant.EPOCH))).isPresent();
    if (!isDenied) {
      return Proof.alive("no policy " + denial.name() + " denies sessions of role " + role);
    }
    String seen =
        "policy " + denial.name() + " of role " + role + " reads back as denying everything";
    return account.withTraces(
        Proof.dead(
            until.get().equals(Instant.MAX)
                ? seen + " to that source identity; no session was tried"
                : seen
                    + " to sessions issued before "
                    + until.get()
                    + "; no session was tried, and who may assume the role can get a new one"),
        target);
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String role = word(prior, ROLE, target);
    String policy = word(prior, POLICY, target);
    account.refuseOwn(role);
    if (Boolean.parseBoolean(prior.get(HAD_POLICY))) {
      return Restoration.restored(
          "policy " + policy + " of role " + role + " was there before, and stays");
    }
    boolean wasThere = account.deletePolicy(role, policy);
    return Restoration.restored(
        "policy " + policy + " of role " + role + (wasThere ? " is deleted" : " was gone already"));
  }

  private String role(Target target) {
    String role = word(target.handle(), ROLE, target);
    account.refuseOwn(role);
    return role;
  }

  private static Denial denial(Target target) {
    return new Denial(target.handle().get(SOURCE));
  }

  private static String word(Map<String, String> words, String key, Target target) {
    String word = words.get(key);
    if (word == null || word.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without "
              + key
              + ". Register it again with the handle role=<name>.");
    }
    return word;
  }

  @Override
  public void close() {
    account.close();
  }
}
