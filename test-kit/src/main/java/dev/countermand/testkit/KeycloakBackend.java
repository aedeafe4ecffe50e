package dev.countermand.testkit;

/**
 * A running Keycloak that a contract is checked against. Shared by the tests of one JVM: use a
 * realm of your own.
 */
public interface KeycloakBackend {
  /** {@code http://host:port}, without a slash at the end. */
  String url();

  /** The id of a client of the realm {@code master} that may do everything. */
  String adminClient();

  /** The secret of that client. */
  String adminSecret();
}
