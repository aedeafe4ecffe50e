package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * An Elasticsearch that takes every template and answers bulks as a test wants: for what a real one
 * cannot be made to do at will.
 */
final class ScriptedElasticsearch implements AutoCloseable {
  /** A bulk's answer: a status for the whole, or 200 and one for each document. */
  record Script(int whole, List<Integer> each) {}

  /** The ids of every bulk, in the order they came. */
  final List<List<String>> bulks = new CopyOnWriteArrayList<>();

  /** The Authorization header of every request that had one. */
  final Set<String> authorizations = ConcurrentHashMap.newKeySet();

  private final HttpServer server;
  private final BiFunction<Integer, List<String>, Script> script;

  /** The script is asked with the number of the bulk, from 1, and its ids. */
  ScriptedElasticsearch(BiFunction<Integer, List<String>, Script> script) throws IOException {
    this(0, script);
  }

  /** On a port of the caller's choice. */
  ScriptedElasticsearch(int port, BiFunction<Integer, List<String>, Script> script)
      throws IOException {
    this.script = script;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    byte[] request = exchange.getRequestBody().readAllBytes();
    boolean bulk = exchange.getRequestURI().getPath().endsWith("/_bulk");
    if (bulk) {
      List<String> ids = ids(new String(request, StandardCharsets.UTF_8));
      bulks.add(ids);
      Script answer = script.apply(bulks.size(), ids);
      send(exchange, answer.whole(), body(ids, answer));
    } else {
      send(exchange, 200, Json.mapper().createObjectNode().put("acknowledged", true));
    }
  }

  private static List<String> ids(String bulk) throws IOException {
    List<String> ids = new ArrayList<>();
    String[] lines = bulk.split("\n");
    for (int i = 0; i < lines.length; i += 2) {
      ids.add(Json.mapper().readTree(lines[i]).at("/create/_id").asText());
    }
    return ids;
  }

  private static ObjectNode body(List<String> ids, Script answer) {
    ObjectNode body = Json.mapper().createObjectNode();
    if (answer.whole() != 200) {
      body.put("status", answer.whole()).putObject("error").put("type", "t").put("reason", "r");
      return body;
    }
    body.put("took", 1).put("errors", true);
    ArrayNode items = body.putArray("items");
    for (int i = 0; i < ids.size(); i++) {
      ObjectNode item = items.addObject().putObject("create");
      item.put("_index", "i").put("_id", ids.get(i)).put("status", answer.each().get(i));
      if (answer.each().get(i) >= 300) {
        item.putObject("error").put("type", "some_exception").put("reason", "r");
      }
    }
    return body;
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
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
