package dev.countermand.testkit;

/**
 * A running Kafka that a contract is checked against. Shared by the tests of one JVM: use topics of
 * your own.
 */
public interface KafkaBackend {
  /** {@code host:port} for {@code bootstrap.servers}. */
  String bootstrapServers();
}
