package dev.countermand.testkit;

class EmbeddedPostgresTest implements PostgresContract {
  @Override
  public PostgresBackend postgres() {
    return TestServers.postgres();
  }
}
