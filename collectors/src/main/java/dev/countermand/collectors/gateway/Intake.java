package dev.countermand.collectors.gateway;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all intakes have in common: who sends, how much, and what becomes of what is refused.
 * Reading and redacting happens on the workers, never on the server's own threads.
 */
final class Intake implements HttpService {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final int UNAUTHORIZED = 401;

  private final Sources sources;
  private final Executor workers;
  private final Remains remains;
  private final GatewayMetrics metrics;
  private final Handler handler;

  /** Makes the answer to one request; refuses by throwing or failing with a {@link Refusal}. */
  interface Handler {
    CompletableFuture<HttpResponse> handle(
        GatewaySettings.Source source,
        RequestHeaders headers,
        byte[] body,
        long arrived,
        Client client);
  }

  Intake(
      Sources sources, Executor workers, Remains remains, GatewayMetrics metrics, Handler handler) {
    this.sources = sources;
    this.workers = workers;
    this.remains = remains;
    this.metrics = metrics;
    this.handler = handler;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    long arrived = System.nanoTime();
    try {
      GatewaySettings.Source source =
          sources.authenticate(request.headers().get(HttpHeaderNames.AUTHORIZATION));
      plain(request.headers());
      return HttpResponse.of(
          Body.of(request)
              .thenCompose(
                  body -> taken(source, request.headers(), body, arrived, Client.of(context)))
              .exceptionally(e -> failed(null, null, unread(e))));
    } catch (Refusal refusal) {
      return failed(null, null, refusal);
    }
  }

  private static Throwable unread(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof ContentTooLargeException
        ? cause
        : new Refusal(400, "BODY_INCOMPLETE", "The body ended before all of it was there.");
  }

  /** A compressed body may be a thousand times larger than it looks. */
  private static void plain(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          415, "ENCODING_NOT_ACCEPTED", "A Content-Encoding is not accepted. Send plain JSON.");
    }
  }

  private CompletableFuture<HttpResponse> taken(
      GatewaySettings.Source source,
      RequestHeaders headers,
      Body body,
      long arrived,
      Client client) {
    return CompletableFuture.supplyAsync(() -> body, workers)
        .thenCompose(
            whole -> {
              if (whole.completeness() == Body.Completeness.CUT) {
                throw new Refusal(
                    413,
                    "BODY_TOO_LARGE",
                    "The body is larger than " + Body.LIMIT + " bytes. Send less at a time.");
              }
              return handler.handle(source, headers, whole.bytes(), arrived, client);
            })
        .exceptionally(e -> failed(source, body, e));
  }

  private HttpResponse failed(
      GatewaySettings.@Nullable Source source, @Nullable Body body, Throwable error) {
    Refusal refusal = refusal(error);
    metrics.refused(refusal.code());
    if (refusal.status() == UNAUTHORIZED) {
      metrics.unauthorized();
    }
    if (source != null && body != null && refusal.status() < 500) {
      remains.keep(source.name(), body.bytes(), refusal);
    }
    return Replies.error(refusal);
  }

  static Refusal refusal(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Refusal refusal) {
      return refusal;
    }
    if (cause instanceof CountermandException known) {
      return new Refusal(503, known.code(), String.valueOf(known.getMessage()));
    }
    if (cause instanceof RejectedExecutionException) {
      return new Refusal(
          503, "GATEWAY_OVERLOADED", "More requests arrive than can be read. Try again.");
    }
    if (cause instanceof ContentTooLargeException) {
      return new Refusal(
          413, "BODY_TOO_LARGE", "The body is larger than " + Body.LIMIT + " bytes.");
    }
    StackTraceElement[] stack = cause.getStackTrace();
    // Without its message, which may quote the request.
    log.error(
        "A request failed unexpectedly with {} at {}",
        cause.getClass().getName(),
        stack.length == 0 ? "an unknown place" : stack[0]);
    return new Refusal(500, "INTERNAL", "The gateway failed on this request; its log says where.");
  }
}
