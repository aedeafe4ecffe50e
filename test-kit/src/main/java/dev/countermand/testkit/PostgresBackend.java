package dev.countermand.testkit;

/**
 * A running PostgreSQL that a contract is checked against. Shared by the tests of one JVM: use
 * roles and tables of your own.
 */
public interface PostgresBackend {
  /** The JDBC address of its database {@code postgres}, without user and password. */
  String jdbcUrl();

  /** The name of the superuser. */
  String superuser();

  /** The superuser's password; every role logs in by password. */
  String password();
}
