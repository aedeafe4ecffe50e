package dev.countermand.containment.github;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.RsaKeys;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A double of GitHub's REST API, with the statuses and shapes that its description shows. */
final class GitHubDouble implements AutoCloseable {
  static final String ORG = "acme";
  static final String CLIENT = "Iv23liExample";
  private static final String APPS_TOKEN = "ghs_ofTheApp";
  private static final long APPS_INSTALLATION = 7;
  private static final RsaKeys KEYS = new RsaKeys();

  final HttpDouble server = new HttpDouble(this::serve);

  /** The tokens that are let in. */
  final Set<String> tokens = ConcurrentHashMap.newKeySet();

  /** The ids of fine-grained tokens that the organisation lists. */
  final Set<String> pats = ConcurrentHashMap.newKeySet();

  /** The token of each installation, by its id. */
  final Map<String, String> installations = new ConcurrentHashMap<>();

  /** The ids of those that are suspended. */
  final Set<String> suspended = ConcurrentHashMap.newKeySet();

  /** The app's private key. */
  static String pem() {
    return KEYS.pem();
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    String path = request.path();
    String call = request.method() + " " + path.replaceAll("[?].*", "").replaceAll("\\d+", "N");
    String token = request.header("Authorization").replaceFirst("^Bearer ", "");
    String number = path.replaceAll("\\D+", " ").strip().split(" ", -1)[0];
    return switch (call) {
      case "POST /credentials/revoke" -> revoke(request);
      case "GET /user" -> answer(tokens.contains(token) ? 200 : 401, "{\"login\":\"agent\"}");
      case "GET /installation/repositories" -> repositories(token);
      case "DELETE /installation/token" -> answer(tokens.remove(token) ? 204 : 401, "");
      case "GET /app" -> answer(isApp(token) ? 200 : 401, "{\"id\":1}");
      case "GET /orgs/acme/installation" ->
          answer(isApp(token) ? 200 : 401, "{\"id\":" + APPS_INSTALLATION + "}");
      case "POST /app/installations/N/access_tokens" ->
          answer(isApp(token) ? 201 : 401, "{\"token\":\"" + APPS_TOKEN + "\"}");
      case "GET /orgs/acme/personal-access-tokens" -> listPats(path, token);
      case "POST /orgs/acme/personal-access-tokens/N" ->
          answer(!token.equals(APPS_TOKEN) ? 403 : pats.remove(number) ? 204 : 404, "");
      case "GET /app/installations/N" -> show(number, token);
      case "PUT /app/installations/N/suspended" ->
          answer(change(number, token, () -> suspended.add(number)), "");
      case "DELETE /app/installations/N/suspended" ->
          answer(change(number, token, () -> suspended.remove(number)), "");
      case "DELETE /app/installations/N" ->
          answer(change(number, token, () -> installations.remove(number)), "");
      default -> answer(404, "{\"message\":\"Not Found\"}");
    };
  }

  private HttpDouble.Answer revoke(HttpDouble.Request request) {
    if (request.headers().containsKey("Authorization")) {
      return answer(403, "{}");
    }
    request.json().path("credentials").forEach(token -> tokens.remove(token.asText()));
    return answer(202, "");
  }

  private HttpDouble.Answer repositories(String token) {
    for (Map.Entry<String, String> one : installations.entrySet()) {
      if (one.getValue().equals(token)) {
        return answer(suspended.contains(one.getKey()) ? 403 : 200, "{\"total_count\":0}");
      }
    }
    return answer(tokens.contains(token) ? 200 : 401, "{\"total_count\":0}");
  }

  private HttpDouble.Answer listPats(String path, String token) {
    if (!token.equals(APPS_TOKEN)) {
      return answer(403, "{}");
    }
    int page = Integer.parseInt(path.replaceAll(".*[?&]page=(\\d+).*", "$1"));
    ArrayNode page100 = Json.mapper().createArrayNode();
    pats.stream()
        .sorted(Comparator.<String>comparingLong(Long::parseLong).reversed())
        .skip(100L * (page - 1))
        .limit(100)
        .forEach(id -> page100.addObject().put("id", Long.parseLong(id)));
    return answer(200, page100.toString());
  }

  private HttpDouble.Answer show(String id, String token) {
    if (!isApp(token) || !installations.containsKey(id)) {
      return answer(isApp(token) ? 404 : 401, "{}");
    }
    ObjectNode shown = Json.mapper().createObjectNode().put("id", Long.parseLong(id));
    shown.putObject("account").put("login", ORG);
    shown.put("suspended_at", suspended.contains(id) ? "2026-11-21T10:03:00Z" : null);
    return answer(200, shown.toString());
  }

  private int change(String id, String token, Runnable change) {
    if (!isApp(token) || !installations.containsKey(id)) {
      return isApp(token) ? 404 : 401;
    }
    change.run();
    return 204;
  }

  /** Whether a token is signed by the app, and good now and for at most ten minutes. */
  private static boolean isApp(String token) {
    long now = Instant.now().getEpochSecond();
    return KEYS.claims(token)
        .filter(claims -> claims.path("iss").asText().equals(CLIENT))
        .filter(claims -> claims.path("iat").asLong() <= now)
        .filter(claims -> claims.path("exp").asLong() > now)
        .filter(claims -> claims.path("exp").asLong() <= now + 600)
        .isPresent();
  }

  private static HttpDouble.Answer answer(int status, String body) {
    return new HttpDouble.Answer(status, body);
  }

  @Override
  public void close() {
    server.close();
  }
}
