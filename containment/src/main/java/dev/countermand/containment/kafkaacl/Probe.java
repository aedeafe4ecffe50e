package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.model.Rung;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;

/**
 * Shows whether a user can still do what a rung takes: by the entries, and by a login as the user
 * where its password is known and the revoker's address takes one.
 */
final class Probe {
  private final Cluster cluster;
  private final String user;
  private final String principal;
  private final Rung rung;

  Probe(Cluster cluster, String user, Rung rung) {
    this.cluster = cluster;
    this.user = user;
    this.principal = AccessLists.USER + user;
    this.rung = rung;
  }

  /**
   * Looks.
   *
   * @param password empty when it is not known
   * @param acls all that the cluster has
   * @param logins the SCRAM credentials that the user has
   */
  Proof look(Optional<String> password, Set<AclBinding> acls, Set<ScramMechanism> logins) {
    Set<AclBinding> missing = new HashSet<>(Denials.of(principal, rung));
    missing.removeAll(acls);
    if (!missing.isEmpty()) {
      return Proof.alive("user " + user + " is not denied " + Denials.names(missing));
    }
    if (rung == Rung.REVOKE && !logins.isEmpty()) {
      return Proof.alive("user " + user + " still has " + names(logins));
    }
    String read = Denials.of(principal, rung).size() + " denials of " + user + " are read back";
    if (rung == Rung.REVOKE) {
      read += ", and it has no SCRAM credential";
    }
    boolean isTried = password.isPresent() && cluster.logins().isPresent();
    if (isTried && (rung == Rung.REVOKE || !logins.isEmpty())) {
      Logins.Look look = cluster.logins().get().look(user, password.get(), logins, rung);
      read += "; " + look.told();
      switch (look.sight()) {
        case NOTHING -> {
          return Proof.dead(read);
        }
        case SOMETHING -> {
          return Proof.alive(read);
        }
        case UNKNOWN -> {
          return Proof.unknown(read);
        }
        case REFUSED -> {}
      }
    }
    // From here on nobody has seen what an open connection can do.
    return isAllowedAnything(acls)
        ? Proof.dead(
            read
                + "; no connection of it was tried, and Kafka does not tell whether it is a super"
                + " user, whom denials do not stop")
        : Proof.unknown(
            read + ", but no entry allows it anything: a super user is not stopped by denials");
  }

  private boolean isAllowedAnything(Set<AclBinding> acls) {
    return acls.stream()
        .filter(acl -> acl.entry().permissionType() == AclPermissionType.ALLOW)
        .anyMatch(acl -> isOf(principal, acl) || isOf(AccessLists.EVERYBODY, acl));
  }

  static boolean isOf(String principal, AclBinding acl) {
    return acl.entry().principal().equals(principal);
  }

  static String names(Set<ScramMechanism> mechanisms) {
    return mechanisms.stream()
        .map(ScramMechanism::mechanismName)
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
