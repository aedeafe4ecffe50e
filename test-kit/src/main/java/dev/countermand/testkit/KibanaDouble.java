package dev.countermand.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Kibana as far as its documented API goes: it takes what refers to nothing that is missing,
 * answers 200 to an import that failed, and 400 without its header against forged requests.
 */
public final class KibanaDouble implements AutoCloseable {
  /** The API key that it lets in, encoded. */
  public static final String API_KEY = "a2V5";

  /** What is in it, by space, type and id. */
  public final Map<String, JsonNode> objects = new ConcurrentHashMap<>();

  /** Ids that it takes no object of. */
  public final Set<String> refused = ConcurrentHashMap.newKeySet();

  private final HttpServer server;

  /** One that runs, on a port of its own, under a base path. */
  public KibanaDouble() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/kibana/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    try (exchange) {
      if (!("ApiKey " + API_KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        send(exchange, 401, Json.mapper().createObjectNode());
      } else if (exchange.getRequestHeaders().getFirst("kbn-xsrf") == null) {
        send(exchange, 400, Json.mapper().createObjectNode());
      } else {
        route(exchange, body);
      }
    }
  }

  private void route(HttpExchange exchange, String body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String space = path.startsWith("/kibana/s/") ? path.split("/")[3] : "default";
    String call = path.replaceFirst("^/kibana(/s/[^/]+)?", "");
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (call.equals("/api/saved_objects/_import") && query.equals("overwrite=true")) {
      send(exchange, 200, savedObjects(space, part(exchange, body)));
    } else if (call.equals("/api/detection_engine/rules/_import")) {
      send(exchange, 200, detectionRules(space, part(exchange, body)));
    } else if (call.equals("/api/detection_engine/rules")) {
      found(exchange, space + "/detection/" + query.replace("rule_id=", ""));
    } else if (call.startsWith("/api/alerting/rule/")) {
      alertRule(exchange, space, call.substring(call.lastIndexOf('/') + 1), body);
    } else {
      send(exchange, 404, Json.mapper().createObjectNode());
    }
  }

  /** The lines of the one part, which must be a file whose name ends as Kibana wants. */
  private static String[] part(HttpExchange exchange, String body) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String boundary = "--" + type.substring(type.indexOf("boundary=") + 9);
    String head = body.substring(0, body.indexOf("\r\n\r\n"));
    if (!head.startsWith(boundary) || !head.contains("name=\"file\"; filename=")) {
      throw new IllegalArgumentException(head);
    }
    if (!head.contains(".ndjson\"")) {
      throw new IllegalArgumentException(head);
    }
    String file = body.substring(head.length() + 4, body.indexOf("\r\n" + boundary, 1));
    return file.split("\n");
  }

  private ObjectNode savedObjects(String space, String[] lines) throws IOException {
    ObjectNode answer = Json.mapper().createObjectNode();
    ArrayNode good = answer.putArray("successResults");
    ArrayNode bad = answer.putArray("errors");
    Map<String, JsonNode> file = new TreeMap<>();
    for (String line : lines) {
      JsonNode object = Json.mapper().readTree(line);
      file.put(key(space, object), object);
    }
    for (Map.Entry<String, JsonNode> entry : file.entrySet()) {
      ObjectNode told = Json.mapper().createObjectNode();
      told.set("id", entry.getValue().get("id"));
      told.set("type", entry.getValue().get("type"));
      boolean resolves = true;
      for (JsonNode reference : entry.getValue().path("references")) {
        resolves &= file.containsKey(key(space, reference));
      }
      if (!resolves || refused.contains(told.get("id").asText())) {
        told.putObject("error").put("type", resolves ? "unknown" : "missing_references");
        bad.add(told);
      } else {
        objects.put(entry.getKey(), entry.getValue());
        good.add(told);
      }
    }
    return answer.put("success", bad.isEmpty()).put("successCount", good.size());
  }

  private static String key(String space, JsonNode object) {
    return space + "/" + object.path("type").asText() + "/" + object.path("id").asText();
  }

  private ObjectNode detectionRules(String space, String[] lines) throws IOException {
    ObjectNode answer = Json.mapper().createObjectNode();
    ArrayNode errors = answer.putArray("errors");
    for (String line : lines) {
      JsonNode rule = Json.mapper().readTree(line);
      String id = rule.path("rule_id").asText();
      if (refused.contains(id)) {
        ObjectNode error = errors.addObject().put("rule_id", id);
        error.putObject("error").put("status_code", 400).put("message", "not this one");
      } else {
        objects.put(space + "/detection/" + id, rule);
      }
    }
    return answer.put("success", errors.isEmpty());
  }

  private void alertRule(HttpExchange exchange, String space, String id, String body)
      throws IOException {
    String key = space + "/rule/" + id;
    switch (exchange.getRequestMethod()) {
      case "GET" -> found(exchange, key);
      case "POST" -> {
        boolean isWhole = Json.mapper().readTree(body).path("rule_type_id").isTextual();
        put(exchange, key, body, isWhole && !objects.containsKey(key) && !refused.contains(id));
      }
      default -> {
        boolean isUpdate = !Json.mapper().readTree(body).has("rule_type_id");
        boolean hasUnknown = body.contains("connector_type_id");
        put(exchange, key, body, isUpdate && !hasUnknown && objects.containsKey(key));
      }
    }
  }

  private void put(HttpExchange exchange, String key, String body, boolean isGood)
      throws IOException {
    if (isGood) {
      objects.put(key, Json.mapper().readTree(body));
    }
    send(exchange, isGood ? 200 : 400, Json.mapper().createObjectNode());
  }

  private void found(HttpExchange exchange, String key) throws IOException {
    JsonNode object = objects.get(key);
    send(
        exchange,
        object == null ? 404 : 200,
        object == null ? Json.mapper().createObjectNode() : object);
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
