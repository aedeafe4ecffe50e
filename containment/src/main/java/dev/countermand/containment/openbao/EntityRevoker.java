package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Disables entities: the server then refuses every token of one, batch tokens too, and its logins,
 * until it is enabled again.
 */
final class EntityRevoker implements Revoker {
  private static final String ENTITY = "entity";
  private static final String DISABLED = "disabled";

  private final Server server;

  EntityRevoker(Server server) {
    this.server = server;
  }

  @Override
  public Set<Rung> rungs() {
    return Set.of(Rung.SUSPEND);
  }

  @Override
  public void check() {
    JsonNode unused = server.own();
  }

  @Override
  public Plan plan(Target target) {
    JsonNode entity = touchable(target);
    List<String> logins = new ArrayList<>();
    for (JsonNode alias : entity.path("aliases")) {
      logins.add(alias.path("name").asText() + " at " + alias.path("mount_path").asText());
    }
    return new Plan(
        Grade.REVERSIBLE,
        "all tokens of entity "
            + entity.path("name").asText()
            + (logins.isEmpty() ? "" : " and its logins " + String.join(", ", logins))
            + "; leases that they got, and orphan tokens that they made, live on",
        Map.of(ENTITY, id(entity), DISABLED, Boolean.toString(entity.path(DISABLED).asBoolean())));
  }

  @Override
  public String execute(Target target) {
    JsonNode entity = touchable(target);
    return "disabling entity "
        + entity.path("name").asText()
        + " was answered "
        + change(id(entity), true);
  }

  @Override
  public Proof verify(Target target) {
    JsonNode entity = named(target);
    String name = "entity " + entity.path("name").asText();
    if (!entity.path(DISABLED).asBoolean()) {
      return Proof.alive(name + " is not disabled");
    }
    if (target.secret().isEmpty()) {
      return Proof.dead(name + " is disabled; no token was tried, because none is sealed");
    }
    String token = target.secret().get();
    // One that may not look itself up is refused anyway: that alone would prove nothing.
    Optional<JsonNode> known = server.token(token);
    if (known.isPresent() && !isOf(known.get(), entity)) {
      return Proof.alive(name + " is disabled, but the sealed token is not one of it");
    }
    return server.letsIn(token)
        ? Proof.alive(name + " is disabled, but the sealed token is let in")
        : Proof.dead(name + " is disabled; tried, the sealed token is refused: 403");
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    String was = prior.get(ENTITY);
    String id = was == null ? id(named(target)) : was;
    if ("true".equals(prior.get(DISABLED))) {
      return Restoration.restored(
          "Entity " + id + " was disabled before it was contained, too; it is left so.");
    }
    change(id, false);
    JsonNode entity = find("id", id).orElseThrow(() -> unknown(id));
    if (entity.path(DISABLED).asBoolean()) {
      throw RevokerException.retryable(
          "Entity " + id + " is still disabled at provider " + server.name() + ".");
    }
    return Restoration.restored("Entity " + entity.path("name").asText() + " is enabled again.");
  }

  private int change(String id, boolean isDisabled) {
    ObjectNode body = Json.mapper().createObjectNode().put(DISABLED, isDisabled);
    return server
        .call("POST", "identity/entity/id/" + JsonCalls.segment(id), body.toString(), Set.of())
        .status();
  }

  private JsonNode touchable(Target target) {
    JsonNode entity = named(target);
    if (isOf(server.own(), entity)) {
      throw RevokerException.refused(
          "Entity " + entity.path("name").asText() + " is the revoker's own: it is never touched.");
    }
    return entity;
  }

  /** The entity that a handle names, by its id or else by its name. */
  private JsonNode named(Target target) {
    String named = target.handle().get(ENTITY);
    if (named == null || named.isBlank() || named.equals(".") || named.equals("..")) {
      throw RevokerException.fatal(
          "Credential "
              + target
              + " is registered without the name of an entity. Register it again with the handle"
              + " entity=<name or id>.");
    }
    return find("id", named).or(() -> find("name", named)).orElseThrow(() -> unknown(named));
  }

  private Optional<JsonNode> find(String by, String value) {
    return server.find(
        "GET", "identity/entity/" + by + "/" + JsonCalls.segment(value), Map.of(), "");
  }

  /** A token keeps the id of an entity that was merged into another. */
  private static boolean isOf(JsonNode token, JsonNode entity) {
    String id = token.path("entity_id").asText();
    if (!id.isEmpty()) {
      for (JsonNode merged : entity.path("merged_entity_ids")) {
        if (merged.asText().equals(id)) {
          return true;
        }
      }
    }
    return id.equals(id(entity));
  }

  private static String id(JsonNode entity) {
    return entity.path("id").asText();
  }

  private RevokerException unknown(String named) {
    return RevokerException.fatal(
        "Provider "
            + server.name()
            + " has no entity "
            + named
            + ". Check the handle the credential is registered with.");
  }
}
