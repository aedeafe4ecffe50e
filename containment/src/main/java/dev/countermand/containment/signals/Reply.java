package dev.countermand.containment.signals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver is answered.
 *
 * @param status the HTTP status
 * @param body JSON; null for none
 */
record Reply(int status, @Nullable JsonNode body) {
  static final Reply NO_CONTENT = new Reply(204, null);
  static final Reply EMPTY = new Reply(200, null);

  static Reply ok(JsonNode body) {
    return new Reply(200, body);
  }

  static Reply of(Refusal refusal) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("error").put("code", refusal.code()).put("message", refusal.getMessage());
    return new Reply(refusal.status(), body);
  }
}
