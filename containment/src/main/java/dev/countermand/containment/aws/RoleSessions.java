package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions of roles. STS cannot end one, but what it may do is looked up with every request: a
 * policy of ours denies it everything, and deleting that policy gives it back.
 */
final class RoleSessions {
  static final String ROLE = "role";
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

  Plan plan(Target target) {
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

  String execute(Target target) {
    String role = role(target);
    Denial denial = denial(target);
    account.putPolicy(role, denial.name(), denial.document(clock.instant().plus(AHEAD)));
    return "policy " + denial.name() + " of role " + role + " denies everything";
  }

  Proof verify(Target target) {
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
    return Proof.dead(
        until.get().equals(Instant.MAX)
            ? seen + " to that source identity; no session was tried"
            : seen
                + " to sessions issued before "
                + until.get()
                + "; no session was tried, and who may assume the role can get a new one");
  }

  Restoration undo(Map<String, String> prior) {
    String role = AwsRevoker.word(prior, ROLE, "that is released");
    String policy = AwsRevoker.word(prior, POLICY, "that is released");
    AwsRevoker.refuseOwn(account, role);
    if (Boolean.parseBoolean(prior.get(HAD_POLICY))) {
      return Restoration.restored(
          "policy " + policy + " of role " + role + " was there before, and stays");
    }
    boolean wasThere = account.deletePolicy(role, policy);
    return Restoration.restored(
        "policy " + policy + " of role " + role + (wasThere ? " is deleted" : " was gone already"));
  }

  private String role(Target target) {
    String role = AwsRevoker.word(target.handle(), ROLE, target);
    AwsRevoker.refuseOwn(account, role);
    return role;
  }

  private static Denial denial(Target target) {
    return new Denial(target.handle().get(SOURCE));
  }
}
