package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.dashboards.console.Sessions.Session;
import dev.countermand.runtime.config.ConsoleSettings.Role;
import dev.countermand.runtime.http.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Opens streams of what happens: {@code GET /api/live}, of one {@code agent} or all, from the event
 * {@code after} on where the browser does not say so by itself.
 */
final class LiveApi implements HttpService {
  private static final int MAX_DIGITS = 18;

  private final Live live;
  private final @Nullable Long start;
  private final Gate gate;
  private final Sessions sessions;

  /**
   * @param start the event after which a page begins that has none; null for what comes
   */
  LiveApi(Live live, @Nullable Long start, Gate gate, Sessions sessions) {
    this.live = live;
    this.start = start;
    this.gate = gate;
    this.sessions = sessions;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    try {
      Session session = gate.session(request, Role.VIEWER);
      String cookie = Gate.cookie(request.headers());
      String agent = context.queryParam("agent");
      if (agent != null && agent.length() > Call.MAX_ID) {
        throw Call.invalid("agent may have " + Call.MAX_ID + " characters");
      }
      context.clearRequestTimeout();
      Long last = lastEvent(request.headers().get("last-event-id"));
      // A page that opens a new stream, as it must where one was refused, cannot set the header.
      Long after = last == null ? after(context.queryParam("after")) : last;
      return live.open(
          session.name(), agent, after == null ? start : after, () -> sessions.isOpen(cookie));
    } catch (Refusal refusal) {
      return Gate.response(Reply.of(refusal));
    }
  }

  private static @Nullable Long after(@Nullable String id) {
    Long event = lastEvent(id);
    if (event == null && id != null && !id.isEmpty()) {
      throw Call.invalid("after must be the id of an event");
    }
    return event;
  }

  private static @Nullable Long lastEvent(@Nullable String id) {
    return id != null && Call.isNumber(id, MAX_DIGITS) ? Long.valueOf(id) : null;
  }
}
