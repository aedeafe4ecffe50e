package dev.countermand.testkit;

/** A Keycloak by its address and administrator. Its text form has no secret. */
record KeycloakLogin(String url, String adminClient, String adminSecret)
    implements KeycloakBackend {
  @Override
  public String toString() {
    return adminClient + " at " + url;
  }
}
