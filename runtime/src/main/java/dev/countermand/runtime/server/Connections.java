package dev.countermand.runtime.server;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.runtime.http.Refusal;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those who open connections to a server from taking the place of others.
 *
 * <p>A connection belongs to the caller of its latest request, and to a stranger before that. A
 * stranger's on which no head of a request has come within {@link #SILENCE} ends, however it is
 * kept busy; of too many of strangers the oldest end, so that a new one is always heard. A caller
 * has a number of connections: for one more, the oldest of its own that waits for nothing ends, and
 * when all wait, the new request is refused. So a caller's request under way is ended for nobody's
 * sake. Thread-safe.
 */
public final class Connections {
  /** How long the first request of a connection may take to begin. */
  public static final Duration SILENCE = Duration.ofSeconds(5);

  /** How many more are let in than may stay: each ends another, which takes a moment. */
  private static final int SLACK = 256;

  private final Bounds bounds;
  private final Function<RequestHeaders, Optional<Caller>> callers;
  private final Function<Refusal, HttpResponse> refused;
  private final Map<Channel, Held> held = new HashMap<>();
  private final Set<Held> strangers = new LinkedHashSet<>();
  private final Map<String, Set<Held>> known = new HashMap<>();

  /**
   * How many connections there may be.
   *
   * @param all of strangers and callers; more than {@code strangers}, and the rest enough for the
   *     callers
   * @param strangers of strangers
   */
  public record Bounds(int all, int strangers) {
    /** Refuses bounds with no room for callers. */
    public Bounds {
      if (strangers < 1 || all <= strangers) {
        throw new IllegalArgumentException("there must be room for strangers and for callers");
      }
    }
  }

  /**
   * Somebody the server knows.
   *
   * @param name of this one alone
   * @param most how many connections are theirs at one time
   */
  public record Caller(String name, int most) {}

  /** A connection; what may change is guarded by the connections. */
  private static final class Held {
    final Channel channel;
    @Nullable Caller caller;
    boolean hasAsked;
    int underWay;

    Held(Channel channel) {
      this.channel = channel;
    }
  }

  /**
   * For a server.
   *
   * @param callers who makes a request, by its credential; empty for a stranger. Is asked on the
   *     server's own threads, at each request
   * @param refused the answer to a request that is refused with CONNECTIONS_TOO_MANY
   */
  public Connections(
      Bounds bounds,
      Function<RequestHeaders, Optional<Caller>> callers,
      Function<Refusal, HttpResponse> refused) {
    this.bounds = bounds;
    this.callers = callers;
    this.refused = refused;
  }

  /** Looks after the connections of a server; of one only. */
  public void of(ServerBuilder server) {
    server.maxNumConnections(bounds.all() + SLACK);
    server.childChannelPipelineCustomizer(pipeline -> opened(pipeline.channel()));
    server.decorator(
        (service, context, request) ->
            isTaken(context, callers.apply(request.headers()).orElse(null))
                ? service.serve(context, request)
                : refuse(context));
  }

  private HttpResponse refuse(ServiceRequestContext context) {
    var unused = context.initiateConnectionShutdown();
    return refused.apply(
        new Refusal(
            429,
            "CONNECTIONS_TOO_MANY",
            "As many requests of yours are under way as can be at a time. Wait for some of them."));
  }

  private void opened(Channel channel) {
    Held one = new Held(channel);
    Held oldest;
    synchronized (this) {
      if (held.putIfAbsent(channel, one) != null) {
        return;
      }
      strangers.add(one);
      boolean isOneTooMany = strangers.size() > bounds.strangers() || held.size() > bounds.all();
      oldest = isOneTooMany ? strangers.iterator().next() : null;
      if (oldest != null) {
        forget(oldest);
      }
    }
    channel.closeFuture().addListener(closed -> forget(one));
    var unused =
        channel
            .eventLoop()
            .schedule(() -> endIfSilent(one), SILENCE.toMillis(), TimeUnit.MILLISECONDS);
    end(oldest);
  }

  private boolean isTaken(ServiceRequestContext context, @Nullable Caller caller) {
    Channel channel = context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
    Held idle = null;
    synchronized (this) {
      Held one = held.get(channel);
      if (one == null) {
        // It has been ended; nobody hears the answer.
        return true;
      }
      one.hasAsked = true;
      if (caller == null) {
        // A caller's request on the same connection may still be under way. A stranger stays as old
        // as it is, however often it asks.
        if (one.caller != null && one.underWay == 0) {
          move(one, null);
        }
        return true;
      }
      if (!caller.equals(one.caller)) {
        Set<Held> own = known.getOrDefault(caller.name(), Set.of());
        if (own.size() >= caller.most()) {
          idle = own.stream().filter(other -> other.underWay == 0).findFirst().orElse(null);
          if (idle == null) {
            return false;
          }
          forget(idle);
        }
        move(one, caller);
      }
      one.underWay++;
      var unused = context.log().whenComplete().thenRun(() -> answered(one));
    }
    end(idle);
    return true;
  }

  private synchronized void answered(Held one) {
    one.underWay--;
  }

  private void endIfSilent(Held one) {
    boolean isSilent;
    synchronized (this) {
      isSilent = !one.hasAsked;
    }
    if (isSilent) {
      end(one);
    }
  }

  private static void end(@Nullable Held one) {
    if (one != null) {
      one.channel.close();
    }
  }

  private synchronized void move(Held one, @Nullable Caller caller) {
    leave(one);
    one.caller = caller;
    if (caller == null) {
      strangers.add(one);
    } else {
      known.computeIfAbsent(caller.name(), name -> new LinkedHashSet<>()).add(one);
    }
  }

  private synchronized void forget(Held one) {
    held.remove(one.channel, one);
    leave(one);
  }

  private synchronized void leave(Held one) {
    strangers.remove(one);
    Caller before = one.caller;
    if (before != null) {
      known.computeIfPresent(
          before.name(),
          (name, own) -> {
            own.remove(one);
            return own.isEmpty() ? null : own;
          });
    }
  }
}
