package dev.countermand.containment.revoker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a real provider: passes on every call, until it is told to do otherwise. */
final class HttpDoor implements AutoCloseable {
  /** Those that a client sets by itself. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "http2-settings");

  private final HttpRevokerRig rig;
  private final HttpCaller http = new HttpCaller(Duration.ofSeconds(60));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final AtomicInteger passes = new AtomicInteger();
  private volatile Behaviour behaviour = Behaviour.PASS_ON;

  /** What becomes of calls that would change something. */
  enum Behaviour {
    PASS_ON,
    /** They are answered as done, and are not. */
    LIE,
    /** They are answered 429, with a pause of {@link #PAUSE}. */
    BE_BUSY,
    /** As many as {@link #failAfter} says are passed on, and the others answered 503. */
    FAIL
  }

  static final Duration PAUSE = Duration.ofSeconds(7);

  HttpDoor(HttpRevokerRig rig) {
    this.rig = rig;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void turn(Behaviour next) {
    behaviour = next;
  }

  /** From now on so many calls that would change something are passed on, and then no more. */
  void failAfter(int changes) {
    passes.set(changes);
    behaviour = Behaviour.FAIL;
  }

  /** Whether a call has come that was one too many. */
  boolean hasFailed() {
    return passes.get() < 0;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String method = exchange.getRequestMethod();
    boolean isLeftAlone = !rig.changesSomething(method, exchange.getRequestURI().getPath(), body);
    Behaviour now = isLeftAlone ? Behaviour.PASS_ON : behaviour;
    switch (now) {
      case PASS_ON -> passOn(exchange, body);
      case FAIL -> {
        if (passes.decrementAndGet() >= 0) {
          passOn(exchange, body);
        } else {
          send(exchange, 503, "");
        }
      }
      case LIE -> send(exchange, 200, rig.yes());
      case BE_BUSY -> {
        exchange.getResponseHeaders().add("Retry-After", Long.toString(PAUSE.toSeconds()));
        send(exchange, 429, "");
      }
    }
  }

  private void passOn(HttpExchange exchange, String body) throws IOException {
    HttpCaller.Answer answer =
        http.call(
            exchange.getRequestMethod(),
            rig.provider().resolve(exchange.getRequestURI().toString()),
            headers(exchange),
            body);
    send(exchange, answer.status(), answer.body());
  }

  private static Map<String, String> headers(HttpExchange exchange) {
    Map<String, String> all = new TreeMap<>();
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      if (!OF_THE_CONNECTION.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        all.put(header.getKey(), String.join(", ", header.getValue()));
      }
    }
    // Who signs a call signs the host that it calls; a client cannot set that header.
    all.put("X-Forwarded-Host", exchange.getRequestHeaders().getFirst("Host"));
    return all;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
