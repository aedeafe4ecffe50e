package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countermand.dashboards.ServerFeatures.Lifecycle;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A double of an Elasticsearch that has the features a test wants. What it lacks it refuses in the
 * form that the minimal builds of 8.19 and 9.5 refuse it in; what it has it takes unread.
 */
final class FeatureDouble implements AutoCloseable {
  private record Call(String method, String path, String body) {}

  private final ServerFeatures features;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile boolean forbidden;

  FeatureDouble(ServerFeatures features) throws IOException {
    this.features = features;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on this key may not put templates. */
  void forbidTemplates() {
    forbidden = true;
  }

  /** Method and path of every call. */
  List<String> paths() {
    return calls.stream().map(call -> call.method() + " " + call.path()).toList();
  }

  List<String> bodies() {
    return calls.stream().map(Call::body).toList();
  }

  /** What was put there last. */
  JsonNode put(String path) throws IOException {
    List<Call> puts =
        calls.stream()
            .filter(call -> call.method().equals("PUT") && call.path().equals(path))
            .toList();
    return Json.mapper().readTree(puts.get(puts.size() - 1).body());
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] request = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    Call call = new Call(exchange.getRequestMethod(), path, new String(request, "UTF-8"));
    calls.add(call);
    boolean isHere =
        switch (path.split("/", -1)[1]) {
          case "_ilm" -> features.lifecycle() != Lifecycle.NONE;
          case "_data_stream" -> features.lifecycle() == Lifecycle.DATA_STREAM;
          default -> true;
        };
    if (!isHere) {
      answer(exchange, 400, object().put("error", "no handler found for uri [" + path + "]"));
    } else if (forbidden && path.startsWith("/_index_template")) {
      answer(exchange, 403, error("security_exception"));
    } else if (call.method().equals("GET")) {
      answer(exchange, 404, error("resource_not_found_exception"));
    } else if (path.startsWith("/_index_template") && !takes(call.body())) {
      answer(exchange, 400, error("illegal_argument_exception"));
    } else {
      answer(exchange, 200, object().put("acknowledged", true));
    }
  }

  private boolean takes(String template) {
    return (features.wildcard() || !template.contains("\"wildcard\""))
        && (features.matchOnlyText() || !template.contains("\"match_only_text\""))
        && (features.logsdb() || !template.contains("\"logsdb\""))
        && (features.failureStore() || !template.contains("data_stream_options"));
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }

  private static ObjectNode error(String type) {
    ObjectNode body = object();
    body.putObject("error").put("type", type).put("reason", "because");
    return body;
  }

  private static void answer(HttpExchange exchange, int status, ObjectNode body)
      throws IOException {
    byte[] bytes = Json.mapper().writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
