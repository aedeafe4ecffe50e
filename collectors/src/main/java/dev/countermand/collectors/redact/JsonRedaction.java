package dev.countermand.collectors.redact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One document on its way through the redactor. Used once, by one thread. */
final class JsonRedaction {

  private static final int MAX_DEPTH = 500;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Redactor redactor;
  private final RuleBook rules;
  private final Budget budget = new Budget(Redactor.MAX_LENGTH);
  private final KnownSecrets.Asked asked = new KnownSecrets.Asked();
  private final Set<String> tokens = new LinkedHashSet<>();
  private List<Secret> secrets = new ArrayList<>();
  private Redaction.Status status = Redaction.Status.COMPLETE;
  private long length;

  JsonRedaction(Redactor redactor, RuleBook rules) {
    this.redactor = redactor;
    this.rules = rules;
  }

  RedactedJson redact(JsonNode document) {
    JsonNode first = node(document, "", "", 0);
    if (secrets.isEmpty() || status == Redaction.Status.FAILED) {
      return new RedactedJson(first, secrets, status);
    }
    // A second pass knows every token that the first one found further down.
    secrets = new ArrayList<>();
    length = 0;
    JsonNode second = node(document, "", "", 0);
    return new RedactedJson(second, secrets, status);
  }

  private JsonNode node(JsonNode node, String name, String path, int depth) {
    if (depth > MAX_DEPTH) {
      status = Redaction.Status.FAILED;
      return NODES.textNode(Redaction.failed("too-deep").text());
    }
    if (node.isObject()) {
      return object((ObjectNode) node, path, depth);
    }
    if (node.isArray()) {
      return array((ArrayNode) node, name, path, depth);
    }
    if (node.isTextual()) {
      return NODES.textNode(text(node.textValue(), name, path));
    }
    if (node.isNumber() && rules.names().classify(name) == Names.NameClass.PASSWORD) {
      String number = node.asText();
      String redacted = text(number, name, path);
      return redacted.equals(number) ? node : NODES.textNode(redacted);
    }
    return node.isValueNode() ? node : NODES.nullNode();
  }

  private ObjectNode object(ObjectNode from, String path, int depth) {
    ObjectNode to = NODES.objectNode();
    String pairName = pairName(from);
    boolean manifest = "secret".equalsIgnoreCase(from.path("kind").asText());
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      String key = field.getKey();
      String redactedKey = text(key, "", path);
      while (to.has(redactedKey)) {
        redactedKey += "'";
      }
      String child = path + "/" + key(redactedKey);
      String name = key.equals("value") ? pairName : key;
      JsonNode value = field.getValue();
      boolean data =
          manifest && (key.equals("data") || key.equals("stringData")) && value.isObject();
      to.set(
          redactedKey,
          data
              ? manifest((ObjectNode) value, child, depth + 1)
              : node(value, name, child, depth + 1));
    }
    return to;
  }

  /** The name that a {@code value} beside it has: {@code {"name": "TOKEN", "value": "..."}}. */
  private static String pairName(ObjectNode object) {
    for (String key : List.of("name", "key", "Name", "Key", "variable")) {
      JsonNode name = object.get(key);
      if (name != null && name.isTextual()) {
        return name.textValue();
      }
    }
    return "";
  }

  private ObjectNode manifest(ObjectNode from, String path, int depth) {
    ObjectNode to = NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      JsonNode value = field.getValue();
      String child = path + "/" + key(field.getKey());
      boolean secret = value.isTextual() && rules.manifests().isValue(value.textValue());
      to.set(
          field.getKey(),
          secret
              ? NODES.textNode(text(value.textValue(), KubernetesProbe.KIND, child))
              : node(value, field.getKey(), child, depth));
    }
    return to;
  }

  /** In a list of arguments, a flag names what follows it. */
  private ArrayNode array(ArrayNode from, String name, String path, int depth) {
    ArrayNode to = NODES.arrayNode(from.size());
    String itemName = name;
    for (int i = 0; i < from.size(); i++) {
      JsonNode item = from.get(i);
      to.add(node(item, itemName, path + "/" + i, depth + 1));
      boolean flag = item.isTextual() && item.textValue().startsWith("-");
      itemName = flag ? item.textValue() : name;
    }
    return to;
  }

  private String text(String text, String name, String path) {
    length += text.length();
    Redaction redaction =
        length > Redactor.MAX_LENGTH
            ? Redaction.failed("too-long")
            : redactor.redact(text, name, budget, asked, tokens);
    if (redaction.status() == Redaction.Status.FAILED) {
      status = Redaction.Status.FAILED;
    }
    for (Secret secret : redaction.secrets()) {
      secrets.add(secret.at(path));
    }
    return redaction.text();
  }

  private static String key(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
