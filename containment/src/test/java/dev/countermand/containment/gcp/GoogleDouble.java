package dev.countermand.containment.gcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.RsaKeys;
import dev.countermand.model.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A double of three services of Google: IAM's API, the endpoint for tokens and a machine's metadata
 * server, with the statuses and shapes that Google documents.
 */
final class GoogleDouble {
  static final String PROJECT = "acme-prod";
  static final String OWN = "countermand@acme-prod.iam.gserviceaccount.com";
  static final String OWN_KEY = "0000000000000000000000000000000000000001";

  /** Keys of agents differ by their ids; to make one of its own for each takes too long. */
  static final RsaKeys KEYS = new RsaKeys();

  private static final String ACCESS_TOKEN = "ya29.of-the-revoker";
  private static final Pattern PATH =
      Pattern.compile(
          "/v1/projects/([^/]+)/serviceAccounts/([^/:?]+)(/keys)?(?:/([^/:?]+))?(?::(\\w+))?(?:\\?.*)?");

  final HttpDouble server = new HttpDouble(this::serve);

  /** Accounts that are there, by their addresses. */
  final Set<String> accounts = ConcurrentHashMap.newKeySet();

  /** Those of them that are disabled. */
  final Set<String> disabled = ConcurrentHashMap.newKeySet();

  /** Keys by their ids. */
  final Map<String, Key> keys = new ConcurrentHashMap<>();

  record Key(String account, boolean isDisabled, Instant validAfter) {}

  GoogleDouble() {
    accounts.add(OWN);
    keys.put(OWN_KEY, new Key(OWN, false, Instant.EPOCH));
  }

  /** A key as Google gives it out, with an address for tokens that must not be called. */
  static String file(String account, String id) {
    return Json.mapper()
        .createObjectNode()
        .put("type", "service_account")
        .put("project_id", PROJECT)
        .put("private_key_id", id)
        .put("private_key", KEYS.pem() + "\n")
        .put("client_email", account)
        .put("token_uri", "http://127.0.0.1:1/not-to-be-called")
        .toString();
  }

  private HttpDouble.Answer serve(HttpDouble.Request request) {
    String path = request.path();
    if (path.equals("/token")) {
      return token(request.body());
    }
    if (path.startsWith("/computeMetadata/")) {
      return metadata(request);
    }
    if (!request.header("Authorization").equals("Bearer " + ACCESS_TOKEN)) {
      return error(401, "UNAUTHENTICATED");
    }
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      return error(404, "NOT_FOUND");
    }
    if (!request.body().isEmpty()) {
      return error(400, "INVALID_ARGUMENT");
    }
    String account = URLDecoder.decode(parts.group(2), StandardCharsets.UTF_8);
    if (!accounts.contains(account)) {
      return parts.group(1).equals("-") ? error(403, "PERMISSION_DENIED") : error(404, "NOT_FOUND");
    }
    String call = request.method() + (parts.group(5) == null ? "" : " " + parts.group(5));
    if (parts.group(3) == null) {
      return ofAccount(call, account);
    }
    return parts.group(4) == null ? list(account) : ofKey(call, account, parts.group(4));
  }

  private HttpDouble.Answer ofAccount(String call, String account) {
    switch (call) {
      case "GET" -> {
        ObjectNode shown = Json.mapper().createObjectNode().put("email", account);
        return answer(200, disabled.contains(account) ? shown.put("disabled", true) : shown);
      }
      case "POST disable" -> disabled.add(account);
      case "POST enable" -> disabled.remove(account);
      default -> {
        return error(404, "NOT_FOUND");
      }
    }
    return answer(200, Json.mapper().createObjectNode());
  }

  private HttpDouble.Answer ofKey(String call, String account, String id) {
    Key key = keys.get(id);
    if (key == null || !key.account().equals(account)) {
      return error(404, "NOT_FOUND");
    }
    switch (call) {
      case "GET" -> {
        return answer(200, shown(id, key));
      }
      case "POST disable" -> keys.put(id, new Key(account, true, key.validAfter()));
      case "POST enable" -> keys.put(id, new Key(account, false, key.validAfter()));
      case "DELETE" -> keys.remove(id);
      default -> {
        return error(404, "NOT_FOUND");
      }
    }
    return answer(200, Json.mapper().createObjectNode());
  }

  private HttpDouble.Answer list(String account) {
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode listed = body.putArray("keys");
    keys.forEach(
        (id, key) -> {
          if (key.account().equals(account)) {
            listed.add(shown(id, key));
          }
        });
    return answer(200, body);
  }

  private static ObjectNode shown(String id, Key key) {
    ObjectNode shown =
        Json.mapper()
            .createObjectNode()
            .put("name", "projects/acme-prod/serviceAccounts/" + key.account() + "/keys/" + id)
            .put("keyType", "USER_MANAGED")
            .put("validAfterTime", key.validAfter().toString());
    return key.isDisabled() ? shown.put("disabled", true) : shown;
  }

  /** An account or key that is disabled or gone gets no token, and is told in one of these ways. */
  private HttpDouble.Answer token(String form) {
    String assertion = form.replaceFirst(".*assertion=([^&]*).*", "$1");
    Optional<JsonNode> claims = KEYS.claims(assertion);
    Key key = keys.get(RsaKeys.header(assertion).path("kid").asText());
    long now = Instant.now().getEpochSecond();
    if (claims.isEmpty() || key == null || key.isDisabled()) {
      return refusal("Invalid JWT Signature.");
    }
    JsonNode claimed = claims.get();
    if (claimed.path("iat").asLong() > now + 60 || claimed.path("exp").asLong() > now + 3_600) {
      return refusal(
          "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your"
              + " iat and exp values.");
    }
    if (!claimed.path("aud").asText().endsWith("/token")
        || !claimed.path("iss").asText().equals(key.account())) {
      return refusal("Invalid JWT.");
    }
    if (disabled.contains(key.account())) {
      return refusal("Robot is disabled.");
    }
    return answer(200, issued(key.account().equals(OWN) ? ACCESS_TOKEN : "ya29.of-an-agent"));
  }

  private HttpDouble.Answer metadata(HttpDouble.Request request) {
    if (!request.header("Metadata-Flavor").equals("Google")) {
      return error(403, "PERMISSION_DENIED");
    }
    return answer(
        200,
        request.path().endsWith("/token")
            ? issued(ACCESS_TOKEN)
            : Json.mapper().createObjectNode().put("email", OWN));
  }

  private static ObjectNode issued(String token) {
    return Json.mapper().createObjectNode().put("access_token", token).put("expires_in", 3_599);
  }

  private static HttpDouble.Answer refusal(String description) {
    return answer(
        400,
        Json.mapper()
            .createObjectNode()
            .put("error", "invalid_grant")
            .put("error_description", description));
  }

  private static HttpDouble.Answer error(int status, String name) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("error").put("code", status).put("status", name);
    return answer(status, body);
  }

  private static HttpDouble.Answer answer(int status, JsonNode body) {
    return new HttpDouble.Answer(status, body.toString());
  }
}
