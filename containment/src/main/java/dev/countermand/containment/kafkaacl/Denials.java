package dev.countermand.containment.kafkaacl;

import dev.countermand.model.Rung;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The entries that deny a principal what a rung takes, on every resource and from everywhere. A
 * denial wins over whatever is allowed, now or later, and holds for open connections, too.
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

  /**
   * The operations that change something. A consumer goes on without them: it commits its offsets
   * with READ on its group.
   */
  private static final Map<ResourceType, Set<AclOperation>> CHANGES =
      Map.of(
          ResourceType.CLUSTER,
          Set.of(
              AclOperation.CREATE,
              AclOperation.ALTER,
              AclOperation.ALTER_CONFIGS,
              AclOperation.CLUSTER_ACTION,
              AclOperation.IDEMPOTENT_WRITE),
          ResourceType.TOPIC,
          Set.of(
              AclOperation.WRITE,
              AclOperation.CREATE,
              AclOperation.DELETE,
              AclOperation.ALTER,
              AclOperation.ALTER_CONFIGS),
          ResourceType.GROUP,
          Set.of(AclOperation.DELETE, AclOperation.ALTER_CONFIGS),
          ResourceType.TRANSACTIONAL_ID,
          Set.of(AclOperation.WRITE),
          ResourceType.USER,
          Set.of(AclOperation.CREATE_TOKENS));

  private Denials() {}

  /** All that are needed: those of what changes something to narrow, and else of everything. */
  static Set<AclBinding> of(String principal, Rung rung) {
    Stream<AclBinding> all =
        rung == Rung.NARROW
            ? CHANGES.entrySet().stream()
                .flatMap(
                    type ->
                        type.getValue().stream()
                            .map(operation -> denial(principal, type.getKey(), operation)))
            : TYPES.stream().map(type -> denial(principal, type, AclOperation.ALL));
    return all.collect(Collectors.toSet());
  }

  /** Those of any rung. */
  static Set<AclBinding> of(String principal) {
    Set<AclBinding> all = new HashSet<>(of(principal, Rung.NARROW));
    all.addAll(of(principal, Rung.SUSPEND));
    return all;
  }

  /** Those that {@link #names} told. */
  static Set<AclBinding> of(String principal, String names) {
    List<String> told = List.of(names.split(","));
    return of(principal).stream()
        .filter(denial -> told.contains(name(denial)))
        .collect(Collectors.toSet());
  }

  /**
   * What they deny, in the order of the alphabet: {@code TOPIC} for every operation on every topic,
   * {@code TOPIC:WRITE} for one.
   */
  static String names(Collection<AclBinding> denials) {
    return denials.stream().map(Denials::name).sorted().collect(Collectors.joining(","));
  }

  /** Those of some operations on a kind of resource that change something. */
  static Set<AclOperation> changes(ResourceType type, Collection<AclOperation> operations) {
    Set<AclOperation> changes = new TreeSet<>(CHANGES.getOrDefault(type, Set.of()));
    changes.retainAll(operations);
    return changes;
  }

  /** Whether an entry is for every resource of its kind. */
  static boolean isForEvery(AclBinding acl, ResourceType type) {
    return acl.pattern().resourceType() == type
        && acl.pattern().patternType() == PatternType.LITERAL
        && acl.pattern().name().equals(ResourcePattern.WILDCARD_RESOURCE);
  }

  private static String name(AclBinding denial) {
    String type = denial.pattern().resourceType().name();
    AclOperation operation = denial.entry().operation();
    return operation == AclOperation.ALL ? type : type + ":" + operation;
  }

  private static AclBinding denial(String principal, ResourceType type, AclOperation operation) {
    String name =
        type == ResourceType.CLUSTER ? Resource.CLUSTER_NAME : ResourcePattern.WILDCARD_RESOURCE;
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry(principal, "*", operation, AclPermissionType.DENY));
  }
}
