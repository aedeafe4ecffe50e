package dev.countermand.containment.kafkaacl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What the access control lists of a cluster let its principals do. A denial takes away what it
 * covers as a whole, for every host; one that covers a part is only remarked upon.
 */
final class AccessLists {
  static final String USER = "User:";

  /** Stands for every principal, also for one that did not log in. */
  static final String EVERYBODY = "User:*";

  private static final String ANY = "*";
  private static final int MAX_NAMES = 10;

  private final Map<String, List<AclBinding>> allowed;
  private final Map<String, List<AclBinding>> denied;

  AccessLists(Collection<AclBinding> all) {
    this.allowed = byPrincipal(all, AclPermissionType.ALLOW);
    this.denied = byPrincipal(all, AclPermissionType.DENY);
  }

  private static Map<String, List<AclBinding>> byPrincipal(
      Collection<AclBinding> all, AclPermissionType type) {
    return all.stream()
        .filter(acl -> acl.entry().permissionType() == type)
        .collect(Collectors.groupingBy(acl -> acl.entry().principal()));
  }

  /** Whom the lists name. */
  Set<String> principals() {
    Set<String> principals = new TreeSet<>(allowed.keySet());
    principals.addAll(denied.keySet());
    return principals;
  }

  /** What a principal can do, as {@code verb:type}, in the order of the alphabet. */
  List<String> capabilities(String principal) {
    Set<String> can = new TreeSet<>();
    for (AclBinding acl : of(allowed, principal)) {
      ResourcePattern pattern = acl.pattern();
      for (AclOperation operation : operations(acl)) {
        if (!isDenied(principal, pattern, operation)) {
          can.addAll(Operations.capabilities(pattern.resourceType(), operation, isEvery(pattern)));
        }
      }
    }
    return List.copyOf(can);
  }

  /** What a person should know about these capabilities. */
  List<String> remarks(String principal) {
    List<String> remarks = new ArrayList<>();
    List<AclBinding> mine = of(allowed, principal);
    if (mine.isEmpty()) {
      remarks.add("no ACL allows it anything: it can do nothing, unless it is a super user");
    }
    Set<String> deletable = new TreeSet<>();
    for (AclBinding acl : mine) {
      if (acl.pattern().resourceType() == ResourceType.TOPIC
          && operations(acl).contains(AclOperation.DELETE)
          && !isDenied(principal, acl.pattern(), AclOperation.DELETE)) {
        deletable.add(shown(acl.pattern()));
      }
    }
    if (!deletable.isEmpty()) {
      remarks.add(
          "topics it may delete: "
              + String.join(" ", deletable.stream().limit(MAX_NAMES).toList())
              + (deletable.size() > MAX_NAMES
                  ? " and " + (deletable.size() - MAX_NAMES) + " more"
                  : ""));
    }
    if (mine.stream().anyMatch(acl -> isEvery(acl.pattern()))) {
      remarks.add("wildcard");
    }
    if (!principal.equals(EVERYBODY)
        && mine.stream().anyMatch(acl -> acl.entry().principal().equals(EVERYBODY))) {
      remarks.add("in part as everybody (" + EVERYBODY + ")");
    }
    if (mine.stream().anyMatch(acl -> !acl.entry().host().equals(ANY))) {
      remarks.add("in part from certain hosts only");
    }
    if (!of(denied, principal).isEmpty()) {
      remarks.add("has denials");
    }
    return remarks;
  }

  /** Those of the principal itself and those of everybody. */
  private static List<AclBinding> of(Map<String, List<AclBinding>> acls, String principal) {
    List<AclBinding> all = new ArrayList<>(acls.getOrDefault(principal, List.of()));
    if (!principal.equals(EVERYBODY)) {
      all.addAll(acls.getOrDefault(EVERYBODY, List.of()));
    }
    return all;
  }

  private static Collection<AclOperation> operations(AclBinding acl) {
    AclOperation operation = acl.entry().operation();
    return operation == AclOperation.ALL
        ? Operations.of(acl.pattern().resourceType())
        : List.of(operation);
  }

  private boolean isDenied(String principal, ResourcePattern allowedOn, AclOperation operation) {
    for (AclBinding acl : of(denied, principal)) {
      AccessControlEntry entry = acl.entry();
      boolean sameOperation =
          entry.operation() == AclOperation.ALL || entry.operation() == operation;
      if (sameOperation && entry.host().equals(ANY) && covers(acl.pattern(), allowedOn)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the one stands for all that the other does. */
  private static boolean covers(ResourcePattern one, ResourcePattern other) {
    if (one.resourceType() != other.resourceType()) {
      return false;
    }
    if (isEvery(one) || one.equals(other)) {
      return true;
    }
    return one.patternType() == PatternType.PREFIXED
        && !isEvery(other)
        && other.name().startsWith(one.name());
  }

  private static boolean isEvery(ResourcePattern pattern) {
    return pattern.patternType() == PatternType.LITERAL && pattern.name().equals(ANY);
  }

  private static String shown(ResourcePattern pattern) {
    return pattern.patternType() == PatternType.PREFIXED ? pattern.name() + ANY : pattern.name();
  }
}
