package dev.countermand.containment.openbao;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.util.Map;

/** Entities of users that have logged in, with the token that they got. */
final class EntityRig extends VaultRig {
  EntityRig(Path directory) {
    super(directory, new VaultEntityRevokerFactory(), "entity-revoker");
  }

  @Override
  public Target freshTarget() {
    JsonNode auth = server.login(KafkaProbe.uniqueName("agent"));
    String id = auth.path("entity_id").asText();
    return target(Map.of("entity", id), auth.path("client_token").asText());
  }

  @Override
  public Target unknownTarget() {
    return target(Map.of("entity", KafkaProbe.uniqueName("nobody")), Credentials.freshSecret());
  }

  @Override
  public boolean works(Target target) {
    return server.letsIn(target.secret().orElseThrow());
  }

  /** All but when it was changed. */
  @Override
  public Object description(Target target) {
    ObjectNode entity = (ObjectNode) server.ok("GET", path(target), "").path("data");
    entity.remove("last_update_time");
    return entity;
  }

  @Override
  public void takePart(Target target) {
    // One call.
  }

  @Override
  public void giveBack(Target target) {
    disable(target, false);
  }

  void disable(Target target, boolean isDisabled) {
    server.ok("POST", path(target), "{'disabled':" + isDisabled + "}");
  }

  static String path(Target target) {
    return "identity/entity/id/" + target.handle().get("entity");
  }
}
