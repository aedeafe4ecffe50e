package dev.countermand.containment.postgresql;

import dev.countermand.testkit.ContainerServers;
import dev.countermand.testkit.OnContainers;
import dev.countermand.testkit.PostgresBackend;

@OnContainers
final class PostgreSqlRevokerOnContainersTest extends PostgreSqlContract {
  @Override
  protected PostgresBackend server() {
    return ContainerServers.postgres();
  }
}
