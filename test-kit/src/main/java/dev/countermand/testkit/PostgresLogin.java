package dev.countermand.testkit;

/** A PostgreSQL by its address and login. Its text form has no password. */
record PostgresLogin(String jdbcUrl, String superuser, String password) implements PostgresBackend {
  @Override
  public String toString() {
    return superuser + " at " + jdbcUrl;
  }
}
