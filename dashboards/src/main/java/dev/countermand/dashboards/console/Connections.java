package dev.countermand.dashboards.console;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps connections of strangers from taking the place of people who are signed in. One on which no
 * request has come as a whole ends after a moment, however it is kept busy; of too many on which
 * nobody is signed in, the oldest end, so that a new one is always heard. Thread-safe.
 */
final class Connections {
  /** Most at one time. */
  static final int MAX = 512;

  /** Most of these on which nobody is signed in. */
  static final int MAX_STRANGERS = 256;

  /** How long the first request of a connection may take to come. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  private final Sessions sessions;
  private final Set<Channel> silent = new HashSet<>();
  private final Set<Channel> strangers = new LinkedHashSet<>();

  Connections(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Looks after the connections of a server. */
  void of(ServerBuilder server) {
    server.maxNumConnections(MAX);
    server.childChannelPipelineCustomizer(pipeline -> opened(pipeline.channel()));
    server.decorator(
        (service, context, request) -> {
          asked(context, request);
          return service.serve(context, request);
        });
  }

  private void opened(Channel connection) {
    Channel oldest;
    synchronized (this) {
      if (!strangers.add(connection)) {
        return;
      }
      silent.add(connection);
      oldest = oneTooMany();
    }
    connection.closeFuture().addListener(closed -> forget(connection));
    var unused =
        connection
            .eventLoop()
            .schedule(() -> endIfSilent(connection), SILENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (oldest != null) {
      oldest.close();
    }
  }

  private @Nullable Channel oneTooMany() {
    if (strangers.size() <= MAX_STRANGERS) {
      return null;
    }
    Iterator<Channel> first = strangers.iterator();
    Channel oldest = first.next();
    first.remove();
    return oldest;
  }

  private void asked(ServiceRequestContext context, HttpRequest request) {
    Channel connection = context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
    boolean isSignedIn = sessions.isOpen(Gate.cookie(request.headers()));
    synchronized (this) {
      silent.remove(connection);
      if (isSignedIn) {
        strangers.remove(connection);
      } else if (connection != null && connection.isActive()) {
        strangers.add(connection);
      }
    }
  }

  private void endIfSilent(Channel connection) {
    boolean isSilent;
    synchronized (this) {
      isSilent = silent.contains(connection);
    }
    if (isSilent) {
      connection.close();
    }
  }

  private synchronized void forget(Channel connection) {
    silent.remove(connection);
    strangers.remove(connection);
  }
}
