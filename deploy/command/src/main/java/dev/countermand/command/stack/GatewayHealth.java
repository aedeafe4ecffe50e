package dev.countermand.command.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.stack.Examination.Health;
import dev.countermand.model.json.Json;
import java.util.Optional;

/**
 * What a gateway says of itself.
 *
 * @param health how bad it is
 * @param sentence what is wrong, and what to do
 */
record GatewayHealth(Health health, String sentence) {
  private static final int MAX = 1_000;

  /** What is wrong by the body of its {@code /health}; empty where all is well. */
  static Optional<GatewayHealth> problem(String body) {
    JsonNode said;
    try {
      said = Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      return Optional.of(new GatewayHealth(Health.WARN, "says nothing readable of itself"));
    }
    if (said.path("status").asText().equals("ok")) {
      return Optional.empty();
    }
    String all = said.toString();
    return Optional.of(
        new GatewayHealth(
            said.path("lost").isObject() ? Health.BAD : Health.WARN,
            "says it is degraded: " + all.substring(0, Math.min(MAX, all.length()))));
  }
}
