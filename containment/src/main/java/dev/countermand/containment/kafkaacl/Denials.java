package dev.countermand.containment.kafkaacl;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The entries that deny a principal every operation on every resource from everywhere. A denial
 * wins over whatever is allowed, now or later, and holds for open connections, too.
 */
final class Denials {
  private static final List<ResourceType> TYPES =
      List.of(
          ResourceType.CLUSTER,
          ResourceType.TOPIC,
          ResourceType.GROUP,
          ResourceType.TRANSACTIONAL_ID,
          ResourceType.DELEGATION_TOKEN,
          // Whoever may create tokens for other users can act as these.
          ResourceType.USER);

  private Denials() {}

  /** All that are needed. */
  static Set<AclBinding> of(String principal) {
    return TYPES.stream().map(type -> denial(principal, type)).collect(Collectors.toSet());
  }

  /** Those of the kinds of resources that {@link #kinds} told. */
  static Set<AclBinding> of(String principal, String kinds) {
    return of(principal).stream()
        .filter(denial -> List.of(kinds.split(",")).contains(kind(denial)))
        .collect(Collectors.toSet());
  }

  /** The kinds of resources they deny, in the order of the alphabet. */
  static String kinds(Collection<AclBinding> denials) {
    return denials.stream().map(Denials::kind).sorted().collect(Collectors.joining(","));
  }

  /** Whether an entry is for every resource of its kind. */
  static boolean isForEvery(AclBinding acl, ResourceType type) {
    return acl.pattern().resourceType() == type
        && acl.pattern().patternType() == PatternType.LITERAL
        && acl.pattern().name().equals(ResourcePattern.WILDCARD_RESOURCE);
  }

  private static String kind(AclBinding denial) {
    return denial.pattern().resourceType().name();
  }

  private static AclBinding denial(String principal, ResourceType type) {
    String name =
        type == ResourceType.CLUSTER ? Resource.CLUSTER_NAME : ResourcePattern.WILDCARD_RESOURCE;
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry(principal, "*", AclOperation.ALL, AclPermissionType.DENY));
  }
}
