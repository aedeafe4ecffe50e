package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Denies a user what changes something, or everything, which cuts the work of open connections with
 * their next request; to revoke, deletes its SCRAM credentials, too. A connection that is open is
 * never closed: Kafka checks a login again only where {@code connections.max.reauth.ms} is set.
 */
final class KafkaRevoker implements Revoker {
  private static final String USER = "user";
  private static final String NARROWED = "narrowed";
  private static final String DENIED = "denied";
  private static final String DELETED = "scram-deleted";
  private static final Set<String> NOBODYS = Set.of("*", "ANONYMOUS");

  private final String name;
  private final Cluster cluster;
  private final InstantSource clock;
  private final AtomicReference<Traces> before = new AtomicReference<>();

  KafkaRevoker(String name, Cluster cluster, InstantSource clock) {
    this.name = name;
    this.cluster = cluster;
    this.clock = clock;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.NARROW, Rung.SUSPEND, Rung.REVOKE);
  }

  @Override
  public void check() {
    Traces now = look(cluster.acls(), cluster.scramUsers());
    requireDenialsHarmNobodyElse(now.acls());
    before.compareAndSet(null, now);
  }

  @Override
  public Plan plan(Target target) {
    String user = user(target);
    Set<AclBinding> acls = cluster.acls();
    Map<String, Set<ScramMechanism>> users = cluster.scramUsers();
    before.compareAndSet(null, look(acls, users));
    Set<ScramMechanism> logins = users.getOrDefault(user, Set.of());
    Set<AclBinding> wanted = touchable(user, target.rung(), acls, logins);
    Map<String, String> prior = new HashMap<>();
    prior.put(USER, user);
    prior.put(target.rung() == Rung.NARROW ? NARROWED : DENIED, Denials.names(wanted));
    String radius = "every connection of user " + user + ", and its delegation tokens";
    if (target.rung() != Rung.REVOKE) {
      return new Plan(Grade.REVERSIBLE, radius, prior);
    }
    prior.put(DELETED, Probe.names(logins));
    return new Plan(
        Grade.RE_ISSUABLE,
        radius
            + "; its SCRAM credentials ("
            + Probe.names(logins)
            + ") are deleted and cannot be put back: it will need a new password",
        prior);
  }

  @Override
  public String execute(Target target) {
    String user = user(target);
    Rung rung = target.rung();
    Set<ScramMechanism> logins = cluster.scramUsers().getOrDefault(user, Set.of());
    Set<AclBinding> wanted = touchable(user, rung, cluster.acls(), logins);
    Set<AclBinding> all = Denials.of(AccessLists.USER + user, rung);
    if (!wanted.isEmpty()) {
      cluster.add(wanted);
      cluster.await(() -> cluster.acls().containsAll(all), "the denials of user " + user);
    }
    String denied =
        "user "
            + user
            + " is denied "
            + (rung == Rung.NARROW ? "what changes something" : "everything")
            + " by "
            + all.size()
            + " entries";
    if (rung != Rung.REVOKE || logins.isEmpty()) {
      return denied;
    }
    cluster.deleteScram(user, logins);
    cluster.await(
        () -> !cluster.scramUsers().containsKey(user), "the deletion of user " + user + "'s login");
    return denied + "; its credentials " + Probe.names(logins) + " are deleted";
  }

  @Override
  public Proof verify(Target target) {
    String user = user(target);
    Set<AclBinding> acls = cluster.acls();
    Map<String, Set<ScramMechanism>> users = cluster.scramUsers();
    Proof seen =
        new Probe(cluster, user, target.rung())
            .look(target.secret(), acls, users.getOrDefault(user, Set.of()));
    return seen.life() == Proof.Life.DEAD
        ? Proof.dead(seen.seen() + traces(target, AccessLists.USER + user, look(acls, users)))
        : seen;
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String user = prior.containsKey(USER) ? prior.get(USER) : user(target);
    Set<AclBinding> added =
        Denials.of(
            AccessLists.USER + user,
            prior.getOrDefault(NARROWED, "") + "," + prior.getOrDefault(DENIED, ""));
    if (!added.isEmpty()) {
      cluster.delete(added);
      cluster.await(
          () -> cluster.acls().stream().noneMatch(added::contains),
          "the end of the denials of user " + user);
    }
    String detail = "the " + added.size() + " denial(s) that were added for " + user + " are gone";
    String deleted = prior.getOrDefault(DELETED, "");
    return deleted.isEmpty()
        ? Restoration.restored(detail)
        : Restoration.impossible(
            detail
                + ", but its credentials "
                + deleted
                + " are deleted. Give it a new password with kafka-configs, and register that.");
  }

  @Override
  public void close() {
    cluster.close();
  }

  private String traces(Target target, String principal, Traces now) {
    Traces known = before.get();
    List<String> left =
        (known == null ? now : known).left(principal, now, cluster.tokens(), target.since());
    return left.isEmpty() ? "" : "; look at what it may come back by: " + String.join("; ", left);
  }

  private Traces look(Set<AclBinding> acls, Map<String, Set<ScramMechanism>> users) {
    return Traces.at(clock.instant(), acls, users);
  }

  /** The denials that are not there yet. */
  private Set<AclBinding> touchable(
      String user, Rung rung, Set<AclBinding> acls, Set<ScramMechanism> logins) {
    if (NOBODYS.contains(user) || cluster.ownUser().filter(user::equals).isPresent()) {
      throw RevokerException.refused(
          "User " + user + " stands for everybody, or is the revoker's own: it is never touched.");
    }
    String principal = AccessLists.USER + user;
    if (logins.isEmpty() && acls.stream().noneMatch(acl -> Probe.isOf(principal, acl))) {
      throw RevokerException.fatal(
          "Provider "
              + name
              + " has no SCRAM credential and no access control entry of user "
              + user
              + ". Check the handle the credential is registered with.");
    }
    Set<AclBinding> missing = new HashSet<>(Denials.of(principal, rung));
    missing.removeAll(acls);
    if (!missing.isEmpty()) {
      requireDenialsHarmNobodyElse(acls);
    }
    return missing;
  }

  /**
   * Where everybody may do what no list names, the first entry for every topic would end that for
   * all other users.
   */
  private void requireDenialsHarmNobodyElse(Set<AclBinding> acls) {
    boolean isNamed = acls.stream().anyMatch(acl -> Denials.isForEvery(acl, ResourceType.TOPIC));
    if (!isNamed && cluster.seesWhatNoListNames()) {
      throw RevokerException.fatal(
          "At provider "
              + name
              + " the revoker's user sees topics that no entry names: it is a super user, or the"
              + " brokers have allow.everyone.if.no.acl.found, where denying one user everything"
              + " would shut all others out. Give the revoker a user that is no super user; with"
              + " that setting, allow what is needed by entries first and switch it off.");
    }
  }

  private static String user(Target target) {
    String user = target.handle().get(USER);
    if (user == null || user.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without a user. Register it again with the handle user=<name>.");
    }
    return user;
  }
}
