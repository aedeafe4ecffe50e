package dev.countermand.containment.okta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.model.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A double of Okta's API, with the statuses and the transitions that Okta documents. */
final class OktaDouble {
  static final String OWN = "00own-token-of-the-revoker";
  static final String OWN_USER = "00u-revoker";
  static final String OWN_TOKEN = "00T-revoker";

  final HttpDouble server = new HttpDouble(this::serve);

  /** The status of each user, by its id. */
  final Map<String, String> users = new ConcurrentHashMap<>(Map.of(OWN_USER, "ACTIVE"));

  /** The ids of users that are signed in somewhere. */
  final Set<String> sessions = ConcurrentHashMap.newKeySet();

  final Map<String, App> apps = new ConcurrentHashMap<>();
  final Map<String, Token> tokens =
      new ConcurrentHashMap<>(Map.of(OWN_TOKEN, new Token(OWN_USER, OWN, Instant.EPOCH)));

  record App(String status, String secret, String method) {}

  record Token(String user, String secret, Instant created) {}

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    String path = request.path().replaceFirst("[?].*", "");
    if (path.equals("/oauth2/v1/introspect")) {
      return introspect(request);
    }
    String secret = request.header("Authorization").replaceFirst("^SSWS ", "");
    Token login =
        tokens.values().stream()
            .filter(token -> token.secret().equals(secret))
            .findFirst()
            .orElse(null);
    if (login == null) {
      return error(401, "E0000011");
    }
    String[] parts = path.replaceFirst("^/api/v1/", "").split("/", -1);
    String call =
        request.method()
            + " "
            + parts[0]
            + (parts.length < 2 ? "" : "/ID")
            + (parts.length < 3 ? "" : path.substring(path.indexOf(parts[1]) + parts[1].length()));
    String id = parts.length < 2 ? "" : parts[1].equals("me") ? login.user() : parts[1];
    return switch (parts[0]) {
      case "users" -> users.containsKey(id) ? ofUser(call, id) : error(404, "E0000007");
      case "apps" -> apps.containsKey(id) ? ofApp(call, id) : error(404, "E0000007");
      case "api-tokens" -> ofToken(call, id);
      default -> error(404, "E0000022");
    };
  }

  private HttpDouble.Answer ofUser(String call, String id) {
    String status = users.get(id);
    return switch (call) {
      case "GET users/ID" -> answer(200, shown(id).put("status", status));
      case "POST users/ID/lifecycle/suspend" -> turn(id, "ACTIVE", "SUSPENDED");
      case "POST users/ID/lifecycle/unsuspend" -> turn(id, "SUSPENDED", "ACTIVE");
      case "POST users/ID/lifecycle/deactivate" -> {
        sessions.remove(id);
        tokens.values().removeIf(token -> token.user().equals(id));
        yield turn(id, status.equals("DEPROVISIONED") ? "" : status, "DEPROVISIONED");
      }
      case "DELETE users/ID/sessions" -> {
        sessions.remove(id);
        yield new HttpDouble.Answer(204, "");
      }
      default -> error(404, "E0000022");
    };
  }

  private HttpDouble.Answer turn(String id, String from, String to) {
    return users.replace(id, from, to)
        ? answer(200, Json.mapper().createObjectNode())
        : error(400, "E0000001");
  }

  private HttpDouble.Answer ofApp(String call, String id) {
    App app = apps.get(id);
    return switch (call) {
      case "GET apps/ID" -> {
        ObjectNode shown = shown(id).put("status", app.status());
        shown
            .putObject("credentials")
            .putObject("oauthClient")
            .put("client_id", id)
            .put("token_endpoint_auth_method", app.method());
        yield answer(200, shown);
      }
      case "POST apps/ID/lifecycle/deactivate" -> set(id, "INACTIVE");
      case "POST apps/ID/lifecycle/activate" -> set(id, "ACTIVE");
      case "DELETE apps/ID" -> {
        boolean isInactive = app.status().equals("INACTIVE");
        if (isInactive) {
          apps.remove(id);
        }
        yield isInactive ? new HttpDouble.Answer(204, "") : error(403, "E0000056");
      }
      default -> error(404, "E0000022");
    };
  }

  private HttpDouble.Answer set(String id, String status) {
    apps.computeIfPresent(id, (key, app) -> new App(status, app.secret(), app.method()));
    return answer(200, Json.mapper().createObjectNode());
  }

  private HttpDouble.Answer ofToken(String call, String id) {
    if (call.equals("GET api-tokens")) {
      ArrayNode all = Json.mapper().createArrayNode();
      tokens.forEach((key, token) -> all.add(shown(key, token)));
      return answer(200, all);
    }
    Token token = tokens.get(id);
    if (token == null) {
      return error(404, "E0000007");
    }
    if (call.startsWith("DELETE")) {
      tokens.remove(id);
      return new HttpDouble.Answer(204, "");
    }
    return answer(200, shown(id, token));
  }

  /** A client has to say who it is in the way that is set for it. */
  private HttpDouble.Answer introspect(HttpDouble.Request request) {
    String basic = request.header("Authorization").replaceFirst("^Basic ", "");
    String form = request.body();
    for (Map.Entry<String, App> one : apps.entrySet()) {
      App app = one.getValue();
      String pair = one.getKey() + ":" + app.secret();
      boolean isLetIn =
          app.method().equals("client_secret_basic")
              ? basic.equals(
                  Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
              : form.contains("client_secret=" + app.secret());
      if (isLetIn && app.status().equals("ACTIVE")) {
        return answer(200, Json.mapper().createObjectNode().put("active", false));
      }
    }
    return answer(401, Json.mapper().createObjectNode().put("error", "invalid_client"));
  }

  private static ObjectNode shown(String id) {
    return Json.mapper().createObjectNode().put("id", id);
  }

  private static ObjectNode shown(String id, Token token) {
    return shown(id).put("userId", token.user()).put("created", token.created().toString());
  }

  private static HttpDouble.Answer error(int status, String code) {
    return answer(status, Json.mapper().createObjectNode().put("errorCode", code));
  }

  private static HttpDouble.Answer answer(int status, JsonNode body) {
    return new HttpDouble.Answer(status, body.toString());
  }
}
