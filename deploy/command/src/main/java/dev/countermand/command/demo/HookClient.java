package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Posts hook payloads as Claude Code's HTTP hooks do. */
final class HookClient {
  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(30));
  private final URI endpoint;
  private final String token;

  /**
   * What the hook answered.
   *
   * @param sent when the payload was sent
   * @param answered when the answer was there
   * @param decision {@code allow} where the hook has no opinion
   * @param reason why; empty where it has none
   */
  record Answer(Instant sent, Instant answered, String decision, String reason) {}

  HookClient(URI gateway, String token) {
    this.endpoint = gateway.resolve("/v1/hooks/claude-code");
    this.token = token;
  }

  Answer post(ObjectNode payload) throws IOException {
    Instant sent = Instant.now();
    HttpCaller.Answer answer =
        http.call(
            "POST",
            endpoint,
            Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"),
            payload.toString());
    Instant answered = Instant.now();
    if (!answer.isSuccess()) {
      throw new CountermandException(
          "HOOK_REFUSED",
          "The gateway answered the demo's hook with " + answer.status() + ": " + answer.body());
    }
    JsonNode output =
        answer.body().isEmpty()
            ? Json.mapper().createObjectNode()
            : Json.mapper().readTree(answer.body()).path("hookSpecificOutput");
    return new Answer(
        sent,
        answered,
        output.path("permissionDecision").asText("allow"),
        output.path("permissionDecisionReason").asText(""));
  }
}
