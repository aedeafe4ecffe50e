package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person should know about how a client gets its tokens. */
final class ClientRemarks {
  private static final String SECRET_MADE = "client.secret.creation.time";
  private static final String SECRET_EXPIRES = "client.secret.expiration.time";

  /** The attributes of a client that remarks are made of. */
  static final List<String> ATTRIBUTES = List.of(SECRET_MADE, SECRET_EXPIRES);

  private static final long LATEST = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  private ClientRemarks() {}

  /** In a list that can grow. */
  static List<String> of(JsonNode client) {
    List<String> remarks = new ArrayList<>();
    add(remarks, !client.path("enabled").asBoolean(), "disabled");
    add(remarks, client.path("publicClient").asBoolean(), "public: needs no secret");
    boolean hasAccount = client.path("serviceAccountsEnabled").asBoolean();
    add(remarks, hasAccount, "service account");
    add(
        remarks,
        hasAccount && !client.path("fullScopeAllowed").asBoolean(),
        "its tokens hold only the roles of its scope");
    add(
        remarks,
        client.path("directAccessGrantsEnabled").asBoolean(),
        "direct access grants: takes users' passwords");
    add(remarks, client.path("implicitFlowEnabled").asBoolean(), "implicit flow");
    add(remarks, redirectsAnywhere(client), "redirects anywhere");
    if (!client.path("publicClient").asBoolean()) {
      remarks.add(authentication(client));
    }
    return remarks;
  }

  private static boolean redirectsAnywhere(JsonNode client) {
    for (JsonNode uri : client.path("redirectUris")) {
      if (uri.asText().equals("*")) {
        return true;
      }
    }
    return false;
  }

  private static String authentication(JsonNode client) {
    String by = client.path("clientAuthenticatorType").asText("client-secret");
    if (!by.equals("client-secret")) {
      return "logs in by " + by;
    }
    JsonNode attributes = client.path("attributes");
    String made =
        date(attributes.path(SECRET_MADE)).map(day -> "secret of " + day).orElse("secret");
    return date(attributes.path(SECRET_EXPIRES))
        .map(day -> made + ", expires " + day)
        .orElse(made + ", never rotated by policy");
  }

  /** The day of a number of seconds; empty where there is none. Zero stands for never. */
  private static Optional<LocalDate> date(JsonNode seconds) {
    long second = seconds.asLong(0);
    return second <= 0 || second > LATEST
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC).toLocalDate());
  }

  private static void add(List<String> remarks, boolean is, String remark) {
    if (is) {
      remarks.add(remark);
    }
  }
}
