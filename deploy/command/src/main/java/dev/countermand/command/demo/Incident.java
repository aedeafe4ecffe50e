package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The recorded hook payloads of the incident, filled in with the tokens of this demo's provider.
 */
final class Incident {
  /**
   * One step.
   *
   * @param say what happens, for people
   * @param event a session event, if the step is one
   * @param attempt the hook before the tool runs
   * @param result the hook after it
   * @param executes the call the tool makes, where it makes one
   * @param destructive whether this is the step the demo is about
   * @param afterwards whether it comes after the containment
   */
  record Step(
      String say,
      Optional<ObjectNode> event,
      Optional<ObjectNode> attempt,
      Optional<ObjectNode> result,
      Optional<Call> executes,
      boolean destructive,
      boolean afterwards) {}

  /**
   * A call of the provider's API.
   *
   * @param method the HTTP method
   * @param url where to
   * @param authorization the header of that name; never printed
   * @param body what is sent
   */
  record Call(String method, String url, String authorization, String body) {
    @Override
    public String toString() {
      return method + " " + url;
    }
  }

  private final List<Step> steps = new ArrayList<>();

  /** The incident against a provider whose description holds the values of the placeholders. */
  Incident(Map<String, String> values) throws IOException {
    JsonNode recorded;
    try (InputStream in = Incident.class.getResourceAsStream("incident.json")) {
      recorded = Json.mapper().readTree(Objects.requireNonNull(in, "incident.json is on the path"));
    }
    ObjectNode session = (ObjectNode) recorded.get("session");
    for (JsonNode raw : recorded.get("steps")) {
      JsonNode step = fill(raw, values);
      steps.add(
          new Step(
              step.get("say").textValue(),
              payload(session, step.get("event")),
              payload(session, step.get("attempt")),
              payload(session, step.get("result")),
              Optional.ofNullable(step.get("executes"))
                  .map(
                      call ->
                          new Call(
                              call.get("method").textValue(),
                              call.get("url").textValue(),
                              call.get("authorization").textValue(),
                              call.get("body").textValue())),
              step.path("destructive").asBoolean(),
              step.path("afterwards").asBoolean()));
    }
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  private static Optional<ObjectNode> payload(
      ObjectNode session, @org.jspecify.annotations.Nullable JsonNode own) {
    return own == null
        ? Optional.empty()
        : Optional.of(session.deepCopy().setAll((ObjectNode) own));
  }

  private static JsonNode fill(JsonNode node, Map<String, String> values) {
    if (node.isTextual()) {
      String text = node.textValue();
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("${" + value.getKey() + "}", value.getValue());
      }
      return TextNode.valueOf(text);
    }
    if (node.isObject()) {
      ObjectNode copy = Json.mapper().createObjectNode();
      node.properties().forEach(field -> copy.set(field.getKey(), fill(field.getValue(), values)));
      return copy;
    }
    if (node.isArray()) {
      var copy = Json.mapper().createArrayNode();
      node.forEach(element -> copy.add(fill(element, values)));
      return copy;
    }
    return node;
  }
}
