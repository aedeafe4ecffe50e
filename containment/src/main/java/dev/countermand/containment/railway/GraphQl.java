package dev.countermand.containment.railway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Railway's GraphQL API. It answers 200 to what it refuses, too, so that a status proves nothing:
 * what counts is the data, or the error that stands in its place. Thread-safe.
 */
final class GraphQl {
  /** GraphQL over HTTP allows these for a request that did not do. */
  private static final Set<Integer> REFUSALS = Set.of(400, 401, 403);

  private final String provider;
  private final URI endpoint;
  private final String token;
  private final JsonCalls calls;

  GraphQl(String provider, URI endpoint, String token, JsonCalls calls) {
    this.provider = provider;
    this.endpoint = endpoint;
    this.token = token;
    this.calls = calls;
  }

  /** How a token says who it is. */
  enum Login {
    /** A token of an account or a workspace. */
    BEARER,
    /** A token of one environment of a project. */
    PROJECT
  }

  /**
   * What came back.
   *
   * @param data missing where the request failed as a whole
   * @param isRefused whether an error says that who asks may not
   * @param isFailed whether there is any error
   */
  record Answer(JsonNode data, boolean isRefused, boolean isFailed) {
    @Override
    public String toString() {
      return "Answer[isRefused=" + isRefused + ", isFailed=" + isFailed + "]";
    }
  }

  /** The name of the provider. */
  String provider() {
    return provider;
  }

  /**
   * Asks with the provider's own token.
   *
   * @throws RevokerException final, when that token may not
   */
  Answer ask(String document, Map<String, String> variables) {
    Answer answer = askAs(Login.BEARER, token, document, variables);
    if (answer.isRefused()) {
      throw RevokerException.fatal(
          "Provider "
              + provider
              + " answered that its token may not do this. Check token: it has to be one of the"
              + " account, or of the workspace, that the credential is of.");
    }
    return answer;
  }

  /**
   * The same, for what must be there.
   *
   * @return a field of the data
   * @throws RevokerException retryable, when it is not there
   */
  JsonNode require(String field, String document, Map<String, String> variables) {
    Answer answer = ask(document, variables);
    JsonNode found = answer.data().path(field);
    if (answer.isFailed() || !found.isObject()) {
      throw RevokerException.retryable(
          "Provider " + provider + " answered without " + field + ", or with an error beside it.");
    }
    return found;
  }

  /** Asks with any token. */
  Answer askAs(Login login, String secret, String document, Map<String, String> variables) {
    ObjectNode body = Json.mapper().createObjectNode().put("query", document);
    ObjectNode values = body.putObject("variables");
    variables.forEach(values::put);
    Map<String, String> header =
        login == Login.PROJECT
            ? Map.of("Project-Access-Token", secret)
            : Map.of("Authorization", "Bearer " + secret);
    JsonNode answer = calls.call("POST", endpoint, header, body.toString(), REFUSALS).body();
    boolean isRefused = false;
    for (JsonNode error : answer.path("errors")) {
      String message = error.path("message").asText("").toLowerCase(Locale.ROOT);
      isRefused |= message.equals("not authorized");
    }
    return new Answer(answer.path("data"), isRefused, answer.path("errors").size() > 0);
  }
}
