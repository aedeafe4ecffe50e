package dev.countermand.collectors.gateway;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.server.Connections;
import dev.countermand.runtime.server.Listening;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Where a gateway listens, within which bounds, and which service answers at which path. */
final class GatewayServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 4_096;

  /** Hooks are strangers until they have said who they are, and may come a thousand at a time. */
  private static final int MAX_STRANGERS = 2_048;

  /** Far beyond the limit of a body: a client that sends a little too much is told why. */
  private static final long MAX_DISCARDED = 16L * Body.LIMIT;

  /** What answers, each at the paths of its name. */
  record Services(
      HttpService claudeCode,
      HttpService actions,
      HttpService processes,
      HttpService tasks,
      HttpService approvals,
      HttpService health) {}

  private final GatewaySettings config;
  private final EventLoopGroup eventLoops = EventLoopGroups.newEventLoopGroup(2, "gateway-http");
  private final Server server;

  GatewayServer(
      GatewaySettings config, Sources sources, Services services, PrometheusMeterRegistry meters) {
    this.config = config;
    ServerBuilder builder = Listening.at(config.host(), config.port());
    new Connections(
            new Connections.Bounds(MAX_CONNECTIONS, MAX_STRANGERS),
            headers -> sources.caller(headers.get(HttpHeaderNames.AUTHORIZATION)),
            Replies::error)
        .of(builder);
    builder
        .workerGroup(eventLoops, false)
        .maxRequestLength(MAX_DISCARDED)
        .requestTimeout(config.verdictDeadline().plus(Duration.ofSeconds(5)))
        .gracefulShutdownTimeout(
            Duration.ofMillis(50), config.verdictDeadline().plus(Duration.ofSeconds(2)))
        .errorHandler(Replies.serverErrors());
    route(builder, services, meters);
    server = builder.build();
  }

  private static void route(
      ServerBuilder builder, Services services, PrometheusMeterRegistry meters) {
    builder
        .route()
        .post("/v1/hooks/claude-code")
        .build(services.claudeCode())
        .route()
        .post("/v1/actions")
        .build(services.actions())
        .route()
        .methods(HttpMethod.GET, HttpMethod.POST)
        .path("/v1/containment")
        .build(services.processes())
        .service("/v1/tasks", services.tasks())
        .service("/v1/tasks/{agent}", services.tasks())
        .service("/v1/approvals", services.approvals())
        .route()
        .get("/health")
        .build(services.health())
        .route()
        .get("/metrics")
        .build(
            (context, request) ->
                HttpResponse.of(
                    HttpStatus.OK,
                    MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                    meters.scrape()));
  }

  /**
   * Returns when it listens.
   *
   * @throws CountermandException PORT_TAKEN
   */
  void listen() {
    Listening.start(server, "The gateway", config.host(), config.port(), "gateway.port");
  }

  /** The port it listens on. */
  int port() {
    return server.activeLocalPort();
  }

  /** Its host and the port it listens on. */
  String address() {
    return config.host() + ":" + port();
  }

  /** Takes no more requests and waits for the answers of those that it took. */
  @Override
  public void close() {
    server.stop().join();
    eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }
}
