package dev.countermand.dashboards.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.server.CutShort;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request through to what answers it when it comes from somebody who is signed in, who may
 * make it, and whose own page made it. Thread-safe.
 */
final class Gate {
  static final String COOKIE = "countermand-console";
  static final String CSRF = "x-countermand-csrf";

  private static final Logger log = LoggerFactory.getLogger(Gate.class);

  private final Sessions sessions;

  /** Answers a request; may wait. */
  interface Endpoint {
    Reply answer(Call call);
  }

  Gate(Sessions sessions) {
    this.sessions = sessions;
  }

  /** What those of a role, or of one that includes it, may ask for. */
  HttpService to(Role role, Executor workers, Endpoint endpoint) {
    return (context, request) -> {
      try {
        Session session = session(request, role);
        return HttpResponse.of(
            request
                .aggregate()
                .thenApplyAsync(
                    whole -> endpoint.answer(new Call(session, context::queryParam, body(whole))),
                    workers)
                .exceptionally(Gate::failed)
                .thenApply(Gate::response));
      } catch (Refusal | RejectedExecutionException refused) {
        return response(failed(refused));
      }
    };
  }

  /**
   * Who makes a request.
   *
   * @throws Refusal when nobody who may make it, or a page of somebody else
   */
  Session session(HttpRequest request, Role role) {
    Session session =
        sessions
            .find(cookie(request.headers()))
            .orElseThrow(
                () ->
                    new Refusal(
                        401, "CONSOLE_SIGNED_OUT", "Nobody is signed in. Sign in with a token."));
    if (request.method() != HttpMethod.GET) {
      ownPage(request.headers());
      if (!Sessions.matches(session, request.headers().get(CSRF))) {
        throw new Refusal(
            403, "CONSOLE_CSRF", "The header X-Countermand-Csrf is not that of the session.");
      }
    }
    if (!session.role().includes(role)) {
      throw new Refusal(
          403,
          "CONSOLE_ROLE",
          "The role of " + session.name() + " does not allow this. See console.users.");
    }
    return session;
  }

  /**
   * Lets only pages through that came from here.
   *
   * @throws Refusal CONSOLE_ORIGIN
   */
  static void ownPage(RequestHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    String site = headers.get("sec-fetch-site");
    String authority = headers.authority();
    boolean isOwn =
        origin == null
            || origin.equalsIgnoreCase("http://" + authority)
            || origin.equalsIgnoreCase("https://" + authority);
    if (!isOwn || (site != null && !site.equals("same-origin") && !site.equals("none"))) {
      throw new Refusal(403, "CONSOLE_ORIGIN", "The request was made by another page.");
    }
  }

  static @Nullable String cookie(RequestHeaders headers) {
    for (Cookie cookie : headers.cookies()) {
      if (cookie.name().equals(COOKIE)) {
        return cookie.value();
      }
    }
    return null;
  }

  /** The JSON object that a body holds; an empty one where there is no body. */
  static JsonNode body(AggregatedHttpRequest request) {
    if (request.content().isEmpty()) {
      return Json.mapper().createObjectNode();
    }
    MediaType type = request.contentType();
    try {
      JsonNode body = Json.mapper().readTree(request.contentUtf8());
      if (body.isObject() && type != null && type.isJson()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      // Told below, without quoting it.
    }
    throw new Refusal(
        400, "JSON_UNREADABLE", "The body must be a JSON object of type application/json.");
  }

  static Reply failed(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof Refusal refusal) {
      return Reply.of(refusal);
    }
    if (cause instanceof ContentTooLargeException) {
      return Reply.of(new Refusal(413, "BODY_TOO_LARGE", "The body is too large. Send less."));
    }
    if (cause instanceof RejectedExecutionException) {
      return Reply.of(
          new Refusal(503, "CONSOLE_BUSY", "Too much is asked for at once. Ask again."));
    }
    if (cause instanceof UncheckedIOException) {
      log.warn("Elasticsearch does not answer the console: {}", cause.getMessage());
      return Reply.of(
          new Refusal(
              503,
              "INDEX_AWAY",
              "Elasticsearch does not answer, so what is indexed cannot be shown. What is live"
                  + " can."));
    }
    if (cause instanceof CountermandException known) {
      log.warn("A request of the console cannot be answered now: {}", known.getMessage());
      return Reply.of(
          new Refusal(
              503, known.code(), "This cannot be done now; the log of the console tells why."));
    }
    Refusal cutShort = CutShort.refusal(cause).orElse(null);
    if (cutShort != null) {
      return Reply.of(cutShort);
    }
    log.error("A request of the console failed", cause);
    return Reply.of(new Refusal(500, "INTERNAL", "The request failed; see the console's log."));
  }

  static HttpResponse response(Reply reply) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(reply.status()))
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (reply.cookie() != null) {
      headers.set(HttpHeaderNames.SET_COOKIE, reply.cookie());
    }
    try {
      return HttpResponse.of(
          headers.build(), HttpData.wrap(Json.mapper().writeValueAsBytes(reply.body())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Which host names browsers may ask for; any other is refused, against rebinding of DNS. */
  static HttpResponse refuseHost() {
    return response(
        Reply.of(
            new Refusal(
                421,
                "CONSOLE_HOST",
                "The console is not known by this host name. Add it to console.names.")));
  }

  /** Where a request comes from. */
  static String address(ServiceRequestContext context) {
    return context.remoteAddress().getAddress().getHostAddress();
  }
}
