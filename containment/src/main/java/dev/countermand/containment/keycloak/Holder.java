package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.util.Map;
import java.util.Optional;

/**
 * A client or a user, as the admin API has it.
 *
 * @param kind {@link #CLIENT} or {@link #USER}
 * @param name the client's id, or the user's name
 * @param id the internal one
 * @param isEnabled whether it gets tokens
 * @param notBefore seconds since 1970 before which a client's tokens are dead; 0 for none
 */
record Holder(String kind, String name, String id, boolean isEnabled, long notBefore) {
  static final String CLIENT = "client";
  static final String USER = "user";

  /** Its path below the realm. */
  String path() {
    return kind + "s/" + RealmAdmin.encode(id);
  }

  boolean isClient() {
    return kind.equals(CLIENT);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }

  /**
   * Whom a handle names.
   *
   * @throws RevokerException final, when it names nobody
   */
  static Holder of(RealmAdmin admin, Target target, String provider) {
    return find(admin, target.handle(), provider)
        .orElseThrow(
            () ->
                RevokerException.fatal(
                    "Credential "
                        + target
                        + " is registered without its name at "
                        + provider
                        + ". Register it again with the handle client=<id> or user=<name>."));
  }

  /** The same, as it is now. */
  Holder again(RealmAdmin admin, String provider) {
    return find(admin, Map.of(kind, name), provider).orElseThrow();
  }

  /**
   * Whom a handle, or what was saved of one, names; empty when it names none.
   *
   * @throws RevokerException final, when the realm does not know the name
   */
  static Optional<Holder> find(RealmAdmin admin, Map<String, String> handle, String provider) {
    String client = handle.get(CLIENT);
    String user = handle.get(USER);
    if (client != null) {
      return Optional.of(one(admin, provider, CLIENT, client, "clients?clientId=", "clientId"));
    }
    return user == null
        ? Optional.empty()
        : Optional.of(one(admin, provider, USER, user, "users?exact=true&username=", "username"));
  }

  private static Holder one(
      RealmAdmin admin, String provider, String kind, String name, String query, String field) {
    for (JsonNode found : admin.get(query + RealmAdmin.encode(name))) {
      if (found.path(field).asText().equals(name)) {
        return new Holder(
            kind,
            name,
            found.path("id").asText(),
            found.path("enabled").asBoolean(),
            found.path("notBefore").asLong());
      }
    }
    throw RevokerException.fatal(
        "There is no "
            + kind
            + " "
            + name
            + " at provider "
            + provider
            + ". Check the handle the credential is registered with.");
  }
}
