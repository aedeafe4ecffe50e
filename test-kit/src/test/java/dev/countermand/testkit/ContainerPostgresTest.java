package dev.countermand.testkit;

@OnContainers
class ContainerPostgresTest implements PostgresContract {
  @Override
  public PostgresBackend postgres() {
    return ContainerServers.postgres();
  }
}
