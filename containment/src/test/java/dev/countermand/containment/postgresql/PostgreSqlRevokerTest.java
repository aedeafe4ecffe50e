package dev.countermand.containment.postgresql;

import dev.countermand.testkit.PostgresBackend;
import dev.countermand.testkit.TestServers;

final class PostgreSqlRevokerTest extends PostgreSqlContract {
  @Override
  protected PostgresBackend server() {
    return TestServers.postgres();
  }
}
