package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.collectors.report.Documents;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What operators ask for over HTTP, known by their token. */
abstract class OperatorApi implements HttpService {
  private final Sources sources;
  private final Executor workers;
  private final GatewayMetrics metrics;

  OperatorApi(Sources sources, Executor workers, GatewayMetrics metrics) {
    this.sources = sources;
    this.workers = workers;
    this.metrics = metrics;
  }

  /**
   * Answers an operator; on a thread that may wait.
   *
   * @param agent what the path names; null when it names none
   * @throws Refusal when it cannot be done
   */
  abstract CompletableFuture<JsonNode> answer(
      GatewaySettings.Operator operator, HttpMethod method, @Nullable String agent, Body body);

  @Override
  public final HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    try {
      GatewaySettings.Operator operator =
          sources.operator(request.headers().get(HttpHeaderNames.AUTHORIZATION));
      String agent = context.pathParam("agent");
      return HttpResponse.of(
          Body.of(request)
              .thenComposeAsync(body -> answer(operator, request.method(), agent, body), workers)
              .thenApply(Replies::json)
              .exceptionally(this::failed));
    } catch (Refusal refusal) {
      return failed(refusal);
    }
  }

  private HttpResponse failed(Throwable error) {
    Refusal refusal = Intake.refusal(error);
    metrics.refused(refusal.code());
    if (refusal.status() == 401) {
      metrics.unauthorized();
    }
    return Replies.error(refusal);
  }

  /** The object that a body holds, which has these fields only. */
  static ObjectNode object(Body body, String what, Set<String> fields) {
    if (body.completeness() == Body.Completeness.CUT) {
      throw new Refusal(413, "BODY_TOO_LARGE", "The body is too large. Send less.");
    }
    ObjectNode object = Documents.object(Documents.text(body.bytes()));
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!fields.contains(field)) {
                throw new Refusal(
                    400,
                    "FIELD_UNKNOWN",
                    what + " has the fields " + fields.stream().sorted().toList() + " only.");
              }
            });
    return object;
  }

  /** The agent that a body names. */
  static String agent(ObjectNode body) {
    String agent = Documents.text(body, "agent", 128);
    if (!Sources.isAgent(agent)) {
      throw new Refusal(400, "AGENT_INVALID", "The field agent is no id of an agent.");
    }
    return agent;
  }
}
