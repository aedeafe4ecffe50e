package dev.countermand.containment.keycloak;

import static java.util.Map.entry;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What Keycloak's own roles let their holder do, as {@code verb:type}. */
final class AdminRoles {
  /** Its service accounts may manage every realm. */
  static final String MASTER = "master";

  private static final String EVERYTHING = "*:*";

  private static final Map<String, List<String>> CLIENT_ROLES =
      Map.ofEntries(
          // What it is composed of comes beside it.
          entry("realm-admin", List.of("destroy:realm")),
          // The role is enough to delete the realm as a whole.
          entry("manage-realm", List.of("destroy:realm", "delete:role", "write:realm")),
          entry("manage-users", List.of("delete:user", "delete:group", "grant:role")),
          entry("manage-clients", List.of("delete:oauth2-client", "read-secret:oauth2-client")),
          entry("create-client", List.of("write:oauth2-client")),
          entry("manage-identity-providers", List.of("delete:identity-provider")),
          entry("manage-authorization", List.of("grant:permission")),
          entry("manage-events", List.of("delete:audit-log")),
          entry("manage-organizations", List.of("delete:organization")),
          entry("impersonation", List.of("grant:session")),
          // A listed client comes with its secret in clear.
          entry("view-clients", List.of("read-secret:oauth2-client")),
          entry("view-users", List.of("read:user")),
          entry("query-users", List.of("read:user")),
          entry("view-realm", List.of("read:realm")),
          entry("view-events", List.of("read:audit-log")),
          entry("view-identity-providers", List.of("read:identity-provider")),
          entry("view-organizations", List.of("read:organization")));

  private AdminRoles() {}

  /**
   * Whether a client's roles are those of this class: the clients by which a realm is managed, of
   * which {@code master} has one for each realm.
   */
  static boolean areOf(String clientId, String realm) {
    return realm.equals(MASTER) ? clientId.endsWith("-realm") : clientId.equals("realm-management");
  }

  /** What the holder of these roles of a managing client can do; other roles count for nothing. */
  static Collection<String> ofClient(Collection<String> roles) {
    Collection<String> can = new TreeSet<>();
    roles.forEach(role -> can.addAll(CLIENT_ROLES.getOrDefault(role, List.of())));
    return can;
  }

  /** What the holder of these roles of a realm can do. */
  static Collection<String> ofRealm(Collection<String> roles, String realm) {
    Collection<String> can = new TreeSet<>();
    if (realm.equals(MASTER) && roles.contains("admin")) {
      can.add(EVERYTHING);
    }
    if (realm.equals(MASTER) && roles.contains("create-realm")) {
      can.add("write:realm");
    }
    return can;
  }

  /** Whether every user of the realm has this role of it. */
  static boolean isEverybodys(String role, String realm) {
    return role.equals("offline_access")
        || role.equals("uma_authorization")
        || role.equals("default-roles-" + realm);
  }
}
