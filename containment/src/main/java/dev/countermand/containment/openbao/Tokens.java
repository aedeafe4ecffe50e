package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens, by their accessor or by themselves. With a token die the tokens that it made; the leases
 * of all of them are revoked by the server some time later.
 */
final class Tokens {
  private static final String ACCESSOR = "accessor";
  private static final int NOT_FOUND = 404;

  private final Server server;
  private final Siblings siblings;

  Tokens(Server server, Siblings siblings) {
    this.server = server;
    this.siblings = siblings;
  }

  /** What revoking it hits. */
  String describe(Target target, Optional<String> accessor) {
    JsonNode token = find(target, accessor).orElseThrow(() -> unknown(target));
    String unused = touchable(token);
    String entity = token.path("entity_id").asText();
    return "the token "
        + token.path("display_name").asText()
        + " with the policies "
        + token.path("policies")
        + (entity.isEmpty() ? "" : ", of entity " + entity)
        + ", all tokens that it made, and the leases that these got";
  }

  /** Revokes it with those it made. */
  String revoke(Target target, Optional<String> accessor) {
    Optional<JsonNode> token = find(target, accessor);
    if (token.isEmpty()) {
      return "the token is not there (any more)";
    }
    String its = touchable(token.get());
    ObjectNode body = Json.mapper().createObjectNode().put(ACCESSOR, its);
    JsonCalls.Answer answer =
        server.call("POST", "auth/token/revoke-accessor", body.toString(), Set.of(NOT_FOUND));
    return "revoking accessor "
        + its
        + " was answered "
        + answer.status()
        + siblings.of(token.get().path("entity_id").asText(), its, target.since());
  }

  /** Whether the server still knows it, and lets it in. */
  Proof look(Target target, Optional<String> accessor) {
    if (accessor.isPresent() && byAccessor(accessor.get()).isPresent()) {
      return Proof.alive("accessor " + accessor.get() + " is that of a token");
    }
    String seen = accessor.map(its -> "accessor " + its + " is invalid").orElse("");
    String later = "; the leases that it got are revoked by the server later, which is not seen";
    if (target.secret().isEmpty()) {
      if (accessor.isEmpty()) {
        throw unnamed(target);
      }
      return Proof.dead(seen + "; it was not tried, because it is not sealed" + later);
    }
    if (server.token(target.secret().get()).isPresent()) {
      return Proof.alive("the server knows the token" + (seen.isEmpty() ? "" : ", but " + seen));
    }
    if (server.letsIn(target.secret().get())) {
      return Proof.alive("the token is let in");
    }
    return Proof.dead(
        (seen.isEmpty() ? "" : seen + "; ")
            + "the server does not know the token; tried, it is refused: 403"
            + later);
  }

  /** An accessor that names none, or no more, leaves the sealed token. */
  private Optional<JsonNode> find(Target target, Optional<String> accessor) {
    Optional<String> secret = target.secret();
    if (accessor.isEmpty() && secret.isEmpty()) {
      throw unnamed(target);
    }
    return accessor.flatMap(this::byAccessor).or(() -> secret.flatMap(server::token));
  }

  private Optional<JsonNode> byAccessor(String accessor) {
    return server.find(
        "POST", "auth/token/lookup-accessor", Map.of(ACCESSOR, accessor), "invalid accessor");
  }

  /** Its accessor. */
  private String touchable(JsonNode token) {
    String accessor = token.path(ACCESSOR).asText();
    if (accessor.isEmpty()) {
      throw RevokerException.fatal(
          "A batch token of provider "
              + server.name()
              + " cannot be revoked: it ends at "
              + token.path("expire_time").asText("a time that is not told")
              + " or with the token that made it. Register that, or its entity at a provider of"
              + " type vault-entity.");
    }
    if (isRoot(token)) {
      throw RevokerException.refused(
          "The token of accessor " + accessor + " is a root token: it is never touched.");
    }
    if (accessor.equals(server.own().path(ACCESSOR).asText())) {
      throw RevokerException.refused(
          "The token of accessor " + accessor + " is the revoker's own: it is never touched.");
    }
    return accessor;
  }

  private static boolean isRoot(JsonNode token) {
    for (JsonNode policy : token.path("policies")) {
      if (policy.asText().equals("root")) {
        return true;
      }
    }
    return false;
  }

  private RevokerException unknown(Target target) {
    return RevokerException.fatal(
        "Provider "
            + server.name()
            + " has no token of credential "
            + target
            + ". It has expired, or the handle it is registered with is wrong.");
  }

  private static RevokerException unnamed(Target target) {
    return RevokerException.fatal(
        "Credential "
            + target
            + " is registered without its token. Register it again with the token on stdin, or with"
            + " the handle accessor=<token accessor>, lease=<lease id> or lease-prefix=<prefix>.");
  }
}
