package dev.countermand.containment.kafkaacl;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.token.delegation.TokenInformation;

/**
 * What a principal may have made to come back by. Kafka keeps neither the maker nor the time of an
 * entry or of a user, so what is new since a look at the cluster is told, where the principal had
 * the right to make it; of delegation tokens Kafka keeps both.
 *
 * @param time of the look
 * @param acls that were there
 * @param users that had a SCRAM credential
 */
record Traces(Instant time, Set<AclBinding> acls, Set<String> users) {
  private static final int MAX_NAMES = 5;

  static Traces at(Instant time, Set<AclBinding> acls, Map<String, Set<ScramMechanism>> users) {
    return new Traces(time, acls, Set.copyOf(users.keySet()));
  }

  /**
   * Sentences for people; none when there is nothing to tell.
   *
   * @param now the cluster as it is now
   * @param tokens the delegation tokens there are now
   * @param since from when on a token is told of; all are, when that is not known
   */
  List<String> left(
      String principal, Traces now, List<TokenInformation> tokens, Optional<Instant> since) {
    List<String> found = new ArrayList<>();
    if (mayAlter(principal, acls) || mayAlter(principal, now.acls)) {
      Set<AclBinding> ours = Denials.of(principal);
      tell(
          found,
          "access control entry(s)",
          now.acls.stream()
              .filter(acl -> !acls.contains(acl) && !ours.contains(acl))
              .map(Traces::shown)
              .toList());
      tell(
          found,
          "SCRAM user(s)",
          now.users.stream().filter(user -> !users.contains(user)).toList());
    }
    List<String> owners =
        tokens.stream()
            .filter(token -> isOf(principal, token))
            .filter(
                token -> since.isEmpty() || token.issueTimestamp() >= since.get().toEpochMilli())
            .map(TokenInformation::ownerAsString)
            .toList();
    if (!owners.isEmpty()) {
      found.add(
          owners.size()
              + " delegation token(s) of it"
              + since.map(start -> " since " + start).orElse("")
              + ", for "
              + names(owners));
    }
    return found;
  }

  private void tell(List<String> found, String what, List<String> names) {
    if (!names.isEmpty()) {
      found.add(names.size() + " " + what + " new since " + time + ": " + names(names));
    }
  }

  private static String names(Collection<String> all) {
    Set<String> names = new TreeSet<>(all);
    return names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "))
        + (names.size() > MAX_NAMES ? " and " + (names.size() - MAX_NAMES) + " more" : "");
  }

  private static String shown(AclBinding acl) {
    return acl.entry().permissionType()
        + " "
        + acl.entry().principal()
        + " "
        + acl.entry().operation()
        + " on "
        + acl.pattern().resourceType()
        + " "
        + acl.pattern().name();
  }

  // Without the denials, which may have come after what it made.
  private static boolean mayAlter(String principal, Set<AclBinding> acls) {
    List<AclBinding> allowed =
        acls.stream()
            .filter(acl -> acl.entry().permissionType() == AclPermissionType.ALLOW)
            .toList();
    return new AccessLists(allowed).capabilities(principal).contains("grant:acl");
  }

  private static boolean isOf(String principal, TokenInformation token) {
    return principal.equals(token.ownerAsString())
        || principal.equals(shown(token.tokenRequester()));
  }

  private static String shown(KafkaPrincipal principal) {
    return principal.getPrincipalType() + ":" + principal.getName();
  }
}
