package dev.countermand.containment.signals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.containment.Threads;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.http.Bearers;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.server.Connections;
import dev.countermand.runtime.server.CutShort;
import dev.countermand.runtime.server.Listening;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the transmitter: metadata and keys for all, the rest for receivers. */
final class Transmitter implements AutoCloseable {
  /** Below the issuer; the name of the stream follows. */
  static final String POLL_PATH = "/poll/";

  private static final Logger log = LoggerFactory.getLogger(Transmitter.class);
  private static final int MAX_BODY = 256 * 1024;
  static final int MAX_CONNECTIONS = 512;
  private static final int MAX_STRANGERS = 256;

  /** Most connections of one receiver at a time. */
  static final int OF_A_RECEIVER = 32;

  private static final int WORKERS = 4;

  private final SignalSettings settings;
  private final String issuer;
  private final Bearers<String> receivers = new Bearers<>();
  private final ExecutorService workers = Threads.pool("signals-http", WORKERS);
  private final EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1, "signals-http");
  private final Server server;

  /** Answers a request of the receiver of a stream. */
  private interface Call {
    CompletableFuture<Reply> answer(String stream, JsonNode body, @Nullable String id);
  }

  /** The same, at once. */
  private interface QuickCall {
    Reply answer(String stream, JsonNode body, @Nullable String id);
  }

  Transmitter(SignalSettings settings, SigningKey key, StreamDesk streams, PollDesk polls) {
    this.settings = settings;
    this.issuer = Objects.requireNonNull(settings.issuer()).toString();
    settings
        .streams()
        .forEach((name, stream) -> receivers.add(name, "The stream " + name, stream.token()));
    String path = URI.create(issuer).getPath();
    JsonNode keys = parse(key.publicKeys());
    ServerBuilder builder =
        Listening.at(settings.host(), settings.port())
            .workerGroup(loops, false)
            .maxRequestLength(MAX_BODY)
            .requestTimeout(PollDesk.LONG_POLL.plus(Duration.ofSeconds(15)))
            .service("/.well-known/ssf-configuration" + path, open(() -> Reply.ok(metadata())))
            .service(path + "/jwks.json", open(() -> Reply.ok(keys)));
    new Connections(
            new Connections.Bounds(MAX_CONNECTIONS, MAX_STRANGERS),
            headers ->
                receivers
                    .find(headers.get(HttpHeaderNames.AUTHORIZATION))
                    .map(stream -> new Connections.Caller(stream, OF_A_RECEIVER)),
            refusal -> response(Reply.of(refusal)))
        .of(builder);
    route(builder, HttpMethod.POST, path + "/streams", (s, body, id) -> streams.create(s, body));
    route(builder, HttpMethod.GET, path + "/streams", (s, body, id) -> streams.read(s, id));
    route(builder, HttpMethod.PATCH, path + "/streams", (s, body, id) -> streams.update(s, body));
    route(builder, HttpMethod.PUT, path + "/streams", (s, body, id) -> streams.replace(s, body));
    route(builder, HttpMethod.DELETE, path + "/streams", (s, body, id) -> streams.delete(s, id));
    route(builder, HttpMethod.GET, path + "/status", (s, body, id) -> streams.status(s, id));
    route(builder, HttpMethod.POST, path + "/status", (s, body, id) -> streams.setStatus(s, body));
    route(
        builder,
        HttpMethod.POST,
        path + "/subjects/add",
        (s, body, id) -> streams.addSubject(s, body));
    route(
        builder,
        HttpMethod.POST,
        path + "/subjects/remove",
        (s, body, id) -> streams.removeSubject(s, body));
    route(builder, HttpMethod.POST, path + "/verify", (s, body, id) -> streams.verify(s, body));
    settings
        .streams()
        .keySet()
        .forEach(
            name ->
                builder
                    .route()
                    .post(path + POLL_PATH + name)
                    .build(
                        service(
                            (stream, body, id) -> {
                              if (!stream.equals(name)) {
                                throw new Refusal(
                                    404, "STREAM_UNKNOWN", "The receiver has no such stream.");
                              }
                              return polls.poll(stream, body);
                            })));
    this.server = builder.build();
  }

  /**
   * Returns when it listens.
   *
   * @throws CountermandException PORT_TAKEN
   */
  void start() {
    Listening.start(
        server,
        "The transmitter of signals",
        settings.host(),
        settings.port(),
        "containment.signals.port");
  }

  private ObjectNode metadata() {
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("spec_version", "1_0").put("issuer", issuer);
    body.put("jwks_uri", issuer + "/jwks.json");
    body.set("delivery_methods_supported", Json.words(List.of(StreamDesk.PUSH, StreamDesk.POLL)));
    body.put("configuration_endpoint", issuer + "/streams");
    body.put("status_endpoint", issuer + "/status");
    body.put("add_subject_endpoint", issuer + "/subjects/add");
    body.put("remove_subject_endpoint", issuer + "/subjects/remove");
    body.put("verification_endpoint", issuer + "/verify");
    body.putArray("authorization_schemes").addObject().put("spec_urn", "urn:ietf:rfc:6749");
    body.put("default_subjects", "ALL");
    return body;
  }

  private void route(ServerBuilder builder, HttpMethod method, String path, QuickCall call) {
    builder
        .route()
        .path(path)
        .methods(method)
        .build(
            service(
                (stream, body, id) ->
                    CompletableFuture.completedFuture(call.answer(stream, body, id))));
  }

  private static HttpService open(java.util.function.Supplier<Reply> reply) {
    return (context, request) -> response(reply.get());
  }

  private HttpService service(Call call) {
    return (context, request) -> {
      String stream =
          receivers.find(request.headers().get(HttpHeaderNames.AUTHORIZATION)).orElse(null);
      if (stream == null) {
        return response(
            Reply.of(
                new Refusal(
                    401,
                    "UNAUTHORIZED",
                    "The request has no bearer token of a stream. Send Authorization: Bearer with"
                        + " the token of containment.signals.streams.")));
      }
      String id = context.queryParam("stream_id");
      return HttpResponse.of(
          request
              .aggregate()
              .thenComposeAsync(whole -> call.answer(stream, body(whole), id), workers)
              .exceptionally(Transmitter::failed)
              .thenApply(Transmitter::response));
    };
  }

  private static JsonNode body(AggregatedHttpRequest request) {
    if (request.content().isEmpty()) {
      return Json.mapper().createObjectNode();
    }
    JsonNode body = parse(request.contentUtf8());
    if (!body.isObject()) {
      throw new Refusal(400, "JSON_UNREADABLE", "The body must be a JSON object.");
    }
    return body;
  }

  private static JsonNode parse(String json) {
    try {
      return Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "JSON_UNREADABLE", "The body must be a JSON object.");
    }
  }

  private static Reply failed(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof Refusal refusal) {
      return Reply.of(refusal);
    }
    if (cause instanceof com.linecorp.armeria.common.ContentTooLargeException) {
      return Reply.of(
          new Refusal(413, "BODY_TOO_LARGE", "The body may have " + MAX_BODY + " bytes."));
    }
    if (cause instanceof CountermandException known) {
      log.warn("A receiver cannot be answered now: {}", known.getMessage());
      return Reply.of(new Refusal(503, known.code(), "Nothing can be noted now; ask again."));
    }
    Refusal cutShort = CutShort.refusal(cause).orElse(null);
    if (cutShort != null) {
      return Reply.of(cutShort);
    }
    log.error("A request of a receiver failed", cause);
    return Reply.of(new Refusal(500, "INTERNAL", "The request failed; see the log."));
  }

  private static HttpResponse response(Reply reply) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(reply.status()))
            .set("cache-control", "no-store");
    if (reply.status() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"countermand\"");
    }
    JsonNode body = reply.body();
    if (body == null) {
      return HttpResponse.of(headers.build());
    }
    try {
      return HttpResponse.of(
          headers.contentType(MediaType.JSON).build(),
          HttpData.wrap(Json.mapper().writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  @Override
  public void close() {
    server.stop().join();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    workers.shutdownNow();
  }
}
