package dev.countermand.containment.railway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A double of the part of Railway's GraphQL API that is about tokens; it answers 200 always. */
final class RailwayDouble {
  static final String OWN_ID = "own-token";
  static final String OWN = "railway-token-of-the-revoker";
  static final String PROJECT = "p-1";
  static final String WORKSPACE = "w-1";
  private static final int PAGE = 3;

  final HttpDouble server = new HttpDouble(this::serve);

  /** By their ids. */
  final Map<String, Token> tokens =
      new ConcurrentHashMap<>(Map.of(OWN_ID, new Token(OWN_ID, OWN, Kind.ACCOUNT, Instant.EPOCH)));

  enum Kind {
    ACCOUNT,
    WORKSPACE,
    PROJECT
  }

  record Token(String id, String secret, Kind kind, Instant created) {}

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    JsonNode asked = request.json();
    String document = asked.path("query").asText();
    JsonNode variables = asked.path("variables");
    String field = document.replaceFirst("^[^{]*\\{ *", "").replaceFirst("\\W.*$", "");
    Token who = who(request);
    boolean isOwner = who != null && who.kind() == Kind.ACCOUNT;
    return switch (field) {
      case "apiTokens" ->
          isOwner ? list(field, variables, List.of(Kind.ACCOUNT, Kind.WORKSPACE)) : refusal();
      case "projectTokens" ->
          !isOwner
              ? refusal()
              : variables.path("project").asText().equals(PROJECT)
                  ? list(field, variables, List.of(Kind.PROJECT))
                  : error("Project not found");
      case "apiTokenDelete" -> isOwner ? delete(field, variables, false) : refusal();
      case "projectTokenDelete" -> isOwner ? delete(field, variables, true) : refusal();
      case "me" -> isOwner ? data("me", "id", "u-1") : refusal();
      case "workspace" ->
          who != null && who.kind() != Kind.PROJECT
              ? data("workspace", "id", variables.path("id").asText())
              : refusal();
      case "projectToken" ->
          who != null && who.kind() == Kind.PROJECT
              ? data("projectToken", "projectId", PROJECT)
              : refusal();
      default -> error("Cannot query field");
    };
  }

  /** A token of a project is only let in by its own header. */
  private Token who(HttpDouble.Request request) {
    String project = request.header("Project-Access-Token");
    String bearer = request.header("Authorization").replaceFirst("^Bearer ", "");
    return tokens.values().stream()
        .filter(token -> token.secret().equals(token.kind() == Kind.PROJECT ? project : bearer))
        .findFirst()
        .orElse(null);
  }

  private HttpDouble.Answer list(String field, JsonNode variables, List<Kind> kinds) {
    List<Token> all =
        new TreeMap<>(tokens)
            .values().stream().filter(token -> kinds.contains(token.kind())).toList();
    int from = variables.path("after").asInt(0);
    ObjectNode body = Json.mapper().createObjectNode();
    ObjectNode connection = body.putObject("data").putObject(field);
    ArrayNode edges = connection.putArray("edges");
    all.stream()
        .skip(from)
        .limit(PAGE)
        .forEach(
            token -> {
              ObjectNode node = edges.addObject().putObject("node");
              node.put("id", token.id()).put("name", "ci");
              if (token.kind() == Kind.PROJECT) {
                node.put("createdAt", token.created().toString());
              }
            });
    connection
        .putObject("pageInfo")
        .put("hasNextPage", all.size() > from + PAGE)
        .put("endCursor", String.valueOf(from + PAGE));
    return answer(body);
  }

  private HttpDouble.Answer delete(String field, JsonNode variables, boolean isOfProject) {
    Token token = tokens.get(variables.path("id").asText());
    if (token == null || (token.kind() == Kind.PROJECT) != isOfProject) {
      return error("Token not found");
    }
    tokens.remove(token.id());
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("data").put(field, true);
    return answer(body);
  }

  private static HttpDouble.Answer data(String field, String name, String value) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("data").putObject(field).put(name, value);
    return answer(body);
  }

  static HttpDouble.Answer refusal() {
    return error("Not Authorized");
  }

  private static HttpDouble.Answer error(String message) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putArray("errors").addObject().put("message", message);
    return answer(body.putNull("data"));
  }

  private static HttpDouble.Answer answer(JsonNode body) {
    return new HttpDouble.Answer(200, body.toString());
  }
}
