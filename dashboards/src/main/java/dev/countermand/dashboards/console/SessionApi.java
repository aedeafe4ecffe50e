package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.dashboards.console.Sessions.Opened;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Signing in and out: {@code /api/session}. */
final class SessionApi implements HttpService {
  private static final int MAX_TOKEN = 4_096;

  private final Sessions sessions;
  private final Gate gate;
  private final Executor workers;
  private final @Nullable String replay;
  private final BiConsumer<String, Session> audit;

  /**
   * @param replay the prefix of the topics where they are those of a replay; null where they are
   *     not
   * @param audit told of who signed in or out
   */
  SessionApi(
      Sessions sessions,
      Gate gate,
      Executor workers,
      @Nullable String replay,
      BiConsumer<String, Session> audit) {
    this.replay = replay;
    this.sessions = sessions;
    this.gate = gate;
    this.workers = workers;
    this.audit = audit;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        request
            .aggregate()
            .thenApplyAsync(whole -> answer(context, request, whole), workers)
            .exceptionally(Gate::failed)
            .thenApply(Gate::response));
  }

  private Reply answer(
      ServiceRequestContext context, HttpRequest request, AggregatedHttpRequest whole) {
    HttpMethod method = request.method();
    if (method == HttpMethod.POST) {
      return open(context, request.headers(), whole);
    }
    Session session = gate.session(request, Role.VIEWER);
    if (method == HttpMethod.DELETE) {
      String cookie = Gate.cookie(request.headers());
      if (cookie != null) {
        sessions.close(cookie);
      }
      audit.accept("sign-out", session);
      return new Reply(200, Json.mapper().createObjectNode(), cookie("", request.headers(), 0L));
    }
    return Reply.ok(json(session));
  }

  private Reply open(
      ServiceRequestContext context, RequestHeaders headers, AggregatedHttpRequest whole) {
    // A page of somebody else could sign its visitor in as another, and read what they then type.
    Gate.ownPage(headers);
    String token = Gate.body(whole).path("token").asText();
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw Call.invalid("token must have 1 to " + MAX_TOKEN + " characters");
    }
    Opened opened = sessions.open(token.strip(), Gate.address(context));
    audit.accept("sign-in", opened.session());
    return new Reply(
        200,
        json(opened.session()),
        cookie(opened.cookie(), headers, Sessions.LONGEST.toSeconds()));
  }

  private ObjectNode json(Session session) {
    return Json.mapper()
        .createObjectNode()
        .put("name", session.name())
        .put("replay", replay)
        .put("role", session.role().name().toLowerCase(Locale.ROOT))
        .put("csrf", session.csrf())
        .put("expires", session.expires().toString());
  }

  // The console itself speaks no TLS: what the browser says of its page tells whether a proxy does.
  private static String cookie(String value, RequestHeaders headers, long seconds) {
    @Nullable String origin = headers.get(HttpHeaderNames.ORIGIN);
    return Cookie.secureBuilder(Gate.COOKIE, value)
        .secure(origin != null && origin.regionMatches(true, 0, "https://", 0, 8))
        .httpOnly(true)
        .sameSite("Strict")
        .path("/")
        .maxAge(seconds)
        .build()
        .toSetCookieHeader();
  }
}
