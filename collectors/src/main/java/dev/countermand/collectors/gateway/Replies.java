package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import org.jspecify.annotations.Nullable;

/** The bodies of responses; every error has the same shape, and none a stack trace. */
final class Replies {
  private Replies() {}

  static HttpResponse json(JsonNode body) {
    return HttpResponse.of(
        ResponseHeaders.of(
            HttpStatus.OK,
            HttpHeaderNames.CONTENT_TYPE,
            MediaType.JSON,
            "cache-control",
            "no-store"),
        data(body));
  }

  static HttpResponse error(Refusal refusal) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(refusal.status()))
            .contentType(MediaType.JSON)
            .set("cache-control", "no-store");
    if (refusal.status() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"countermand\"");
    }
    if (refusal.status() == 503) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    }
    return HttpResponse.of(headers.build(), data(errorBody(refusal)));
  }

  static ObjectNode errorBody(Refusal refusal) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putObject("error").put("code", refusal.code()).put("message", refusal.message());
    return body;
  }

  private static HttpData data(JsonNode body) {
    try {
      return HttpData.wrap(Json.mapper().writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Whoever sends them has not been asked for a token yet. */
  private static String code(HttpStatus status) {
    return switch (status.code()) {
      case 404 -> "NOT_FOUND";
      case 405 -> "METHOD_NOT_ALLOWED";
      case 413 -> "BODY_TOO_LARGE";
      case 503 -> "SERVICE_UNAVAILABLE";
      default -> status.isServerError() ? "INTERNAL" : "BAD_REQUEST";
    };
  }

  /** The errors that the server finds before a service is asked: no such path, no such method. */
  static ServerErrorHandler serverErrors() {
    return new ServerErrorHandler() {
      @Override
      public @Nullable HttpResponse onServiceException(
          ServiceRequestContext context, Throwable cause) {
        return null;
      }

      @Override
      public com.linecorp.armeria.common.AggregatedHttpResponse renderStatus(
          @Nullable ServiceRequestContext context,
          ServiceConfig config,
          @Nullable RequestHeaders headers,
          HttpStatus status,
          @Nullable String description,
          @Nullable Throwable cause) {
        Refusal refusal =
            new Refusal(
                status.code(),
                code(status),
                "The gateway cannot answer this request: " + status.reasonPhrase() + ".");
        return com.linecorp.armeria.common.AggregatedHttpResponse.of(
            status, MediaType.JSON, data(errorBody(refusal)));
      }
    };
  }
}
