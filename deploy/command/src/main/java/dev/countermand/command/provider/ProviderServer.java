package dev.countermand.command.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The provider over HTTP on loopback: {@code POST /graphql/v2} with a bearer token, {@code POST
 * /oauth/revoke} (RFC 7009) and {@code POST /oauth/introspect} (RFC 7662) with the client's own
 * credentials. What it accepts has happened.
 */
final class ProviderServer {
  private static final int MAX_BODY = 64 * 1024;
  private static final String BEARER = "Bearer ";

  private final Tokens tokens;
  private final GraphqlApi api;
  private final byte[] client;
  private final Consumer<String> journal;
  private final HttpServer server;

  ProviderServer(
      Tokens tokens, GraphqlApi api, String clientId, String clientSecret, Consumer<String> journal)
      throws IOException {
    this.tokens = tokens;
    this.api = api;
    this.journal = journal;
    this.client =
        Base64.getEncoder()
            .encode((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/graphql/v2", exchange -> answer(exchange, this::graphql));
    server.createContext("/oauth/revoke", exchange -> answer(exchange, this::revoke));
    server.createContext("/oauth/introspect", exchange -> answer(exchange, this::introspect));
  }

  /** Starts to listen. */
  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private record Reply(int status, String body) {}

  @FunctionalInterface
  private interface Handler {
    Reply handle(HttpExchange exchange, String body) throws IOException;
  }

  private void answer(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      Reply reply =
          body.length > MAX_BODY
              ? new Reply(413, "{}")
              : handler.handle(exchange, new String(body, StandardCharsets.UTF_8));
      journal.accept(exchange.getRequestURI().getPath() + " " + reply.status());
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Reply graphql(HttpExchange exchange, String body) throws IOException {
    Optional<Tokens.Scope> scope =
        header(exchange, "Authorization")
            .filter(value -> value.startsWith(BEARER))
            .flatMap(value -> tokens.scope(value.substring(BEARER.length())));
    if (scope.isEmpty()) {
      return new Reply(401, "{\"errors\":[{\"message\":\"Not Authorized\"}]}");
    }
    JsonNode query = Json.mapper().readTree(body).path("query");
    return query.isTextual()
        ? new Reply(
            200, Json.mapper().writeValueAsString(api.execute(query.textValue(), scope.get())))
        : new Reply(400, "{\"errors\":[{\"message\":\"no query\"}]}");
  }

  private Reply revoke(HttpExchange exchange, String body) {
    if (!isClient(exchange)) {
      return new Reply(401, "{\"error\":\"invalid_client\"}");
    }
    token(body).ifPresent(tokens::revoke);
    return new Reply(200, "");
  }

  private Reply introspect(HttpExchange exchange, String body) {
    if (!isClient(exchange)) {
      return new Reply(401, "{\"error\":\"invalid_client\"}");
    }
    return new Reply(200, "{\"active\":" + token(body).flatMap(tokens::scope).isPresent() + "}");
  }

  private boolean isClient(HttpExchange exchange) {
    return header(exchange, "Authorization")
        .filter(value -> value.startsWith("Basic "))
        .map(value -> value.substring("Basic ".length()).getBytes(StandardCharsets.US_ASCII))
        .filter(given -> MessageDigest.isEqual(given, client))
        .isPresent();
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static Optional<String> token(String form) {
    for (String field : form.split("&", -1)) {
      if (field.startsWith("token=")) {
        return Optional.of(
            URLDecoder.decode(field.substring("token=".length()), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  /** For the journal's readers: the paths there are. */
  static Map<String, String> paths(String base) {
    return Map.of(
        "graphql", base + "/graphql/v2",
        "revoke", base + "/oauth/revoke",
        "introspect", base + "/oauth/introspect");
  }
}
