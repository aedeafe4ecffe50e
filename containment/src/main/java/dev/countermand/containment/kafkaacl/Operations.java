package dev.countermand.containment.kafkaacl;

import static java.util.Map.entry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/** What Kafka's operations on its kinds of resources come to, as {@code verb:type}. */
final class Operations {
  private static final String DELETE_TOPIC = "delete:topic";
  private static final String DESTROY_TOPIC = "destroy:topic";

  private static final Map<ResourceType, Map<AclOperation, List<String>>> ALL =
      Map.of(
          ResourceType.TOPIC,
          Map.ofEntries(
              entry(AclOperation.READ, List.of("read:topic")),
              entry(AclOperation.WRITE, List.of("write:topic")),
              entry(AclOperation.CREATE, List.of("write:topic")),
              entry(AclOperation.ALTER, List.of("write:topic")),
              entry(AclOperation.DELETE, List.of(DELETE_TOPIC)),
              // A retention of a millisecond empties a topic.
              entry(AclOperation.ALTER_CONFIGS, List.of("delete:record"))),
          ResourceType.GROUP,
          Map.of(
              AclOperation.READ, List.of("write:consumer-offset"),
              AclOperation.DELETE, List.of("delete:consumer-group")),
          ResourceType.TRANSACTIONAL_ID,
          Map.of(AclOperation.WRITE, List.of("write:transaction")),
          ResourceType.CLUSTER,
          Map.of(
              AclOperation.CREATE, List.of("write:topic"),
              AclOperation.DELETE, List.of(DESTROY_TOPIC),
              // It sets and deletes the passwords of all users, too.
              AclOperation.ALTER, List.of("grant:acl", "grant:account", "delete:account"),
              AclOperation.ALTER_CONFIGS, List.of("write:broker-setting"),
              AclOperation.DESCRIBE_CONFIGS, List.of("read:broker-setting"),
              // Whoever may act as a broker is sent every topic.
              AclOperation.CLUSTER_ACTION, List.of("read:topic")),
          ResourceType.USER,
          Map.of(AclOperation.CREATE_TOKENS, List.of("grant:delegation-token")));

  private Operations() {}

  /**
   * The operations that ALL stands for on a kind of resource, as far as they are of consequence.
   */
  static Collection<AclOperation> of(ResourceType type) {
    return ALL.getOrDefault(type, Map.of()).keySet();
  }

  /**
   * What an operation comes to.
   *
   * @param every whether it is allowed on every resource of the kind
   */
  static Collection<String> capabilities(ResourceType type, AclOperation operation, boolean every) {
    List<String> can = ALL.getOrDefault(type, Map.of()).getOrDefault(operation, List.of());
    return every && can.contains(DELETE_TOPIC) ? List.of(DESTROY_TOPIC) : can;
  }
}
