package dev.countermand.containment.signals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Where a receiver takes tokens (RFC 8935). */
final class PushEndpoint implements AutoCloseable {
  /** What the transmitter logs in with. */
  static final String TOKEN = "push-token-of-the-test";

  /** What it answers. */
  enum Mood {
    ACCEPT,
    FAIL,
    REFUSE
  }

  final List<String> accepted = new CopyOnWriteArrayList<>();
  final List<String> failed = new CopyOnWriteArrayList<>();
  final List<String> refused = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Mood mood = Mood.ACCEPT;
  private volatile Predicate<String> poison = token -> false;

  PushEndpoint() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/events", this::serve);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/events");
  }

  void turn(Mood next) {
    mood = next;
  }

  /** Fails for these tokens, whatever it does with others. */
  void failFor(Predicate<String> tokens) {
    poison = tokens;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String token = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean isKnown =
        ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && "application/secevent+jwt"
                .equals(exchange.getRequestHeaders().getFirst("Content-Type"));
    if (!isKnown) {
      answer(exchange, 401, "");
    } else if (mood == Mood.FAIL || poison.test(token)) {
      failed.add(token);
      answer(exchange, 503, "");
    } else if (mood == Mood.REFUSE) {
      refused.add(token);
      answer(exchange, 400, "{\"err\":\"invalid_audience\",\"description\":\"not me\"}");
    } else {
      accepted.add(token);
      answer(exchange, 202, "");
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
