package dev.countermand.collectors.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.Endpoints;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Asks the gateway beside the agent, with the token of the agent's source. Thread-safe. */
public final class GatewayLink {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int CONFLICT = 409;
  private static final int MAX_DETAIL = 1_000;

  private final HttpCaller http = new HttpCaller(DEADLINE);
  private final URI address;
  private final Map<String, String> headers;

  /**
   * A link that has not asked yet.
   *
   * @throws CountermandException EDGE_ADDRESS_INVALID when the token would travel in the clear
   */
  public GatewayLink(URI gateway, String token, String agent) {
    if (!Endpoints.isPrivate(gateway)) {
      throw new CountermandException(
          "EDGE_ADDRESS_INVALID",
          "The gateway's address must be https, or http on this machine, without a user in it.");
    }
    this.address = gateway.resolve("/v1/containment");
    this.headers = Map.of("Authorization", "Bearer " + token, "X-Countermand-Agent", agent);
  }

  /**
   * What the gateway says of the agent now.
   *
   * @throws Refused when the token is not one of a source that may speak for the agent
   */
  Standing ask() throws IOException {
    return Standing.of(read(http.call("GET", address, headers, "")));
  }

  /**
   * Says what became of the agent's processes; an order that is no longer the last one needs no
   * answer any more.
   */
  void tell(String order, String done, AgentProcesses.Result result) throws IOException {
    String detail = result.detail();
    ObjectNode body =
        Json.mapper()
            .createObjectNode()
            .put("order", order)
            .put("done", done)
            .put("state", result.done() ? "verified" : "failed")
            .put("detail", detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail);
    HttpCaller.Answer answer = http.call("POST", address, headers, body.toString());
    if (answer.status() != CONFLICT) {
      read(answer);
    }
  }

  private static JsonNode read(HttpCaller.Answer answer) throws IOException {
    JsonNode body = Json.mapper().readTree(answer.body());
    if (!answer.isSuccess()) {
      String said = "it answered " + answer.status() + " " + body.at("/error/code").asText("");
      if (answer.status() == UNAUTHORIZED || answer.status() == FORBIDDEN) {
        throw new Refused(said);
      }
      throw new IOException(said);
    }
    return body;
  }

  /** The gateway knows the token not, or not for this agent; asking again changes nothing. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
