package dev.countermand.containment.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a client or a user logs in with, so far as Keycloak keeps it. */
final class Secrets {
  private static final String CLIENT_SECRET = "/client-secret";
  private static final String ROTATED = CLIENT_SECRET + "/rotated";

  /** The ways in which a client logs in that need its secret. */
  private static final Set<String> BY_SECRET = Set.of("client-secret", "client-secret-jwt");

  private final RealmAdmin admin;

  Secrets(RealmAdmin admin) {
    this.admin = admin;
  }

  /**
   * What there is to destroy, for people; empty when there is nothing.
   *
   * @throws RevokerException final, when a client logs in by something else than a secret
   */
  String kinds(Holder holder) {
    if (!holder.isClient()) {
      return String.join(" ", new TreeSet<>(credentials(holder).values()));
    }
    JsonNode client = admin.get(holder.path());
    if (client.path("publicClient").asBoolean()
        || !BY_SECRET.contains(client.path("clientAuthenticatorType").asText())) {
      throw RevokerException.fatal(
          "The "
              + holder
              + " does not log in by a secret, so there is none to destroy. Take it to suspend.");
    }
    return "secret";
  }

  /** Puts a secret in place of a client's that nobody is told; deletes a user's credentials. */
  void destroy(Holder holder) {
    if (holder.isClient()) {
      admin.send("POST", holder.path() + CLIENT_SECRET, "");
      // The policy of a realm may let the one before live on.
      admin.send("DELETE", holder.path() + ROTATED, "");
    } else {
      credentials(holder)
          .keySet()
          .forEach(
              id ->
                  admin.send(
                      "DELETE", holder.path() + "/credentials/" + RealmAdmin.encode(id), ""));
    }
  }

  /**
   * Whether they are destroyed.
   *
   * @param known the secret of before; empty when it is not known
   */
  Proof look(Holder holder, Optional<String> known) {
    if (!holder.isClient()) {
      Map<String, String> left = credentials(holder);
      return left.isEmpty()
          ? Proof.dead("it has no credential")
          : Proof.alive(holder + " still has " + String.join(" ", left.values()));
    }
    if (known.isEmpty()) {
      return Proof.dead("whether its secret is another one was not looked at: it is not known");
    }
    return isIn(known.get(), CLIENT_SECRET, holder) || isIn(known.get(), ROTATED, holder)
        ? Proof.alive(holder + " still has the secret that it had")
        : Proof.dead("its secret is another one");
  }

  private boolean isIn(String secret, String path, Holder client) {
    return admin
        .find(client.path() + path)
        .filter(found -> found.path("value").asText().equals(secret))
        .isPresent();
  }

  /** Their types by their ids. */
  private Map<String, String> credentials(Holder user) {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode credential : admin.get(user.path() + "/credentials")) {
      String id = credential.path("id").asText("");
      if (!id.isEmpty()) {
        found.put(id, credential.path("type").asText());
      }
    }
    return found;
  }
}
