package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** Takes away what a handle names: an access key of a user, or the sessions of a role. */
final class AwsRevoker implements Revoker {
  private final Account account;
  private final AccessKeys keys;
  private final RoleSessions sessions;

  AwsRevoker(Account account, InstantSource clock) {
    this.account = account;
    this.keys = new AccessKeys(account);
    this.sessions = new RoleSessions(account, clock);
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    String unused = account.ownName();
  }

  @Override
  public Plan plan(Target target) {
    return isRole(target.handle()) ? sessions.plan(target) : keys.plan(target);
  }

  @Override
  public String execute(Target target) {
    return isRole(target.handle()) ? sessions.execute(target) : keys.execute(target);
  }

  @Override
  public Proof verify(Target target) {
    Proof proof = isRole(target.handle()) ? sessions.verify(target) : keys.verify(target);
    if (proof.life() != Proof.Life.DEAD || target.since().isEmpty()) {
      return proof;
    }
    String made = String.join(", ", account.madeSince(target.since().get()));
    return made.isEmpty()
        ? proof
        : Proof.dead(proof.seen() + "; look at what it may come back by: " + made);
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    return isRole(prior) ? sessions.undo(prior) : keys.undo(prior);
  }

  private static boolean isRole(Map<String, String> handle) {
    return handle.containsKey(RoleSessions.ROLE);
  }

  /** What a handle or a way back says about a thing. */
  static String word(Map<String, String> words, String key, Object credential) {
    String word = words.get(key);
    if (word == null || word.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + credential
              + " is registered without "
              + key
              + ". Register it again with the handle access-key-id=<id> user=<name>, or"
              + " role=<name>.");
    }
    return word;
  }

  static void refuseOwn(Account account, String name) {
    if (name.equals(account.ownName())) {
      throw RevokerException.refused(
          name + " is the user or role that the revoker itself is: it is never touched.");
    }
  }

  @Override
  public void close() {
    account.close();
  }
}
