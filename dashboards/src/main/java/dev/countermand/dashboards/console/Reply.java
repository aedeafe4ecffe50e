package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered.
 *
 * @param status the HTTP status
 * @param body JSON
 * @param cookie the value of {@code set-cookie}; null to set none
 */
record Reply(int status, JsonNode body, @Nullable String cookie) {
  static Reply ok(JsonNode body) {
    return new Reply(200, body, null);
  }

  static Reply accepted(JsonNode body) {
    return new Reply(202, body, null);
  }

  static Reply of(Refusal refusal) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("error").put("code", refusal.code()).put("message", refusal.message());
    return new Reply(refusal.status(), body, null);
  }
}
