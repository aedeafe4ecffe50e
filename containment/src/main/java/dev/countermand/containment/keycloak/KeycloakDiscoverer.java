package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.discovery.Discovered;
import dev.countermand.containment.discovery.Discoverer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists the OpenID Connect clients of a realm that can get tokens, and what their service accounts
 * could do in Keycloak. Roles count that a service account has through others and through groups.
 *
 * <p>Keycloak sends the secrets of the clients along, in clear, to whoever may view clients; they
 * are dropped at once.
 */
final class KeycloakDiscoverer implements Discoverer {
  // An answer is read up to 1 MiB, and one client may have hundreds of addresses.
  private static final int PAGE = 25;
  private static final int MAX_CLIENTS = 10_000;
  private static final int MAX_NAMES = 10;
  private static final List<String> FIELDS =
      List.of(
          "id",
          "clientId",
          "enabled",
          "protocol",
          "bearerOnly",
          "publicClient",
          "serviceAccountsEnabled",
          "fullScopeAllowed",
          "directAccessGrantsEnabled",
          "implicitFlowEnabled",
          "redirectUris",
          "clientAuthenticatorType",
          "attributes");
  private static final Duration WHOLE = Duration.ofMinutes(10);

  private final String realm;
  private final RealmAdmin admin;

  KeycloakDiscoverer(String realm, RealmAdmin admin) {
    this.realm = realm;
    this.admin = admin;
  }

  @Override
  public List<Discovered> discover() {
    long end = System.nanoTime() + WHOLE.toNanos();
    Map<String, JsonNode> clients = clients(end);
    Map<String, String> managing = managing(clients.values());
    Map<String, Discovered> all = new TreeMap<>();
    for (JsonNode client : clients.values()) {
      requireTime(end);
      if (getsTokens(client)) {
        Discovered one = describe(client, managing);
        all.put(one.name(), one);
      }
    }
    return List.copyOf(all.values());
  }

  /** By their internal ids, since a client that is made meanwhile moves the pages. */
  private Map<String, JsonNode> clients(long end) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (int first = 0; ; first += PAGE) {
      requireTime(end);
      JsonNode page = admin.get("clients?first=" + first + "&max=" + PAGE);
      if (!page.isArray()) {
        throw admin.failed("the admin API answered something that is not a list. Check url.");
      }
      if (page.isEmpty()) {
        return all;
      }
      for (JsonNode client : page) {
        if (!client.path("enabled").isBoolean()) {
          throw notViewed();
        }
        all.put(client.path("id").asText(), withoutSecrets(client));
      }
      if (first >= MAX_CLIENTS) {
        throw admin.failed(
            "the realm has more than "
                + MAX_CLIENTS
                + " clients. Register them one by one: countermand credential add.");
      }
    }
  }

  private static JsonNode withoutSecrets(JsonNode client) {
    // A secret that was rotated out is an attribute.
    retain(client.path("attributes"), ClientRemarks.ATTRIBUTES);
    return retain(client, FIELDS);
  }

  private static JsonNode retain(JsonNode node, List<String> fields) {
    return node instanceof ObjectNode object ? object.retain(fields) : node;
  }

  /** The ids of the clients whose roles manage realms, by their names. */
  private Map<String, String> managing(Collection<JsonNode> clients) {
    Map<String, String> managing = new TreeMap<>();
    for (JsonNode client : clients) {
      String clientId = client.path("clientId").asText();
      if (AdminRoles.areOf(clientId, realm)) {
        managing.put(clientId, client.path("id").asText());
      }
    }
    // Every realm has one; to whom may not view it, Keycloak lists what is left, or nothing.
    if (managing.isEmpty()) {
      throw notViewed();
    }
    return managing;
  }

  private RuntimeException notViewed() {
    return admin.failed(
        "not every client may be viewed. Give the service account of client-id the role"
            + " view-clients of realm-management (in the realm master: of master-realm).");
  }

  private void requireTime(long end) {
    if (System.nanoTime() - end > 0) {
      throw admin.failed("it took more than " + WHOLE.toMinutes() + " minutes.");
    }
  }

  private static boolean getsTokens(JsonNode client) {
    String protocol = client.path("protocol").asText("openid-connect");
    return protocol.equals("openid-connect") && !client.path("bearerOnly").asBoolean();
  }

  private Discovered describe(JsonNode client, Map<String, String> managing) {
    String clientId = client.path("clientId").asText();
    Set<String> can = new TreeSet<>();
    List<String> remarks = ClientRemarks.of(client);
    if (client.path("serviceAccountsEnabled").asBoolean()) {
      serviceAccount(client.path("id").asText(), managing, can, remarks);
    }
    List<String> capabilities = can.contains("*:*") ? List.of("*:*") : List.copyOf(can);
    return new Discovered(
        clientId, "oauth2-client", capabilities, Map.of("client", clientId), remarks);
  }

  private void serviceAccount(
      String id, Map<String, String> managing, Set<String> can, List<String> remarks) {
    JsonNode user = admin.get("clients/" + RealmAdmin.encode(id) + "/service-account-user");
    if (!user.path("enabled").asBoolean(true)) {
      remarks.add("its service account is disabled");
    }
    String mappings = "users/" + RealmAdmin.encode(user.path("id").asText()) + "/role-mappings";
    List<String> ofRealm = names(admin.get(mappings + "/realm/composite"));
    can.addAll(AdminRoles.ofRealm(ofRealm, realm));
    managing.forEach(
        (clientId, clientUuid) ->
            can.addAll(
                AdminRoles.ofClient(
                    names(
                        admin.get(
                            mappings
                                + "/clients/"
                                + RealmAdmin.encode(clientUuid)
                                + "/composite")))));
    add(
        remarks,
        "realm roles",
        ofRealm.stream().filter(role -> !AdminRoles.isEverybodys(role, realm)).toList());
    admin
        .get(mappings)
        .path("clientMappings")
        .properties()
        .forEach(
            mapping -> {
              if (!AdminRoles.areOf(mapping.getKey(), realm)) {
                add(
                    remarks,
                    "roles of " + mapping.getKey(),
                    names(mapping.getValue().path("mappings")));
              }
            });
  }

  private static List<String> names(JsonNode roles) {
    List<String> names = new ArrayList<>();
    roles.forEach(role -> names.add(role.path("name").asText()));
    return names;
  }

  private static void add(List<String> remarks, String what, List<String> names) {
    if (!names.isEmpty()) {
      String shown = String.join(" ", names.stream().sorted().limit(MAX_NAMES).toList());
      String more = names.size() > MAX_NAMES ? " and " + (names.size() - MAX_NAMES) + " more" : "";
      remarks.add(what + ": " + shown + more);
    }
  }
}
