package dev.countermand.containment.oauth2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small OAuth 2 authorization server on 127.0.0.1: tokens, revocation (RFC 7009), introspection
 * (RFC 7662) with client authentication, and failures on demand.
 */
public final class AuthorizationServer implements AutoCloseable {
  public static final String CLIENT = "countermand containment";
  public static final String SECRET = "client:secret/with+signs" + "-7f3a";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> active = ConcurrentHashMap.newKeySet();
  private final List<String> hints = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger revocations = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int failureStatus = 503;
  private volatile String failureBody = "";
  private volatile String pause = "";
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean isLying;
  private volatile boolean isHanging;

  public AuthorizationServer() {
    this(0);
  }

  public AuthorizationServer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/revoke", exchange -> serve(exchange, this::revoke));
    server.createContext("/introspect", exchange -> serve(exchange, this::introspect));
    server.start();
  }

  private interface Endpoint {
    String answer(Map<String, String> form);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public URI revocation() {
    return URI.create("http://127.0.0.1:" + port() + "/revoke");
  }

  public URI introspection() {
    return URI.create("http://127.0.0.1:" + port() + "/introspect");
  }

  /** Makes a token known and active. */
  public void issue(String token) {
    active.add(token);
  }

  public boolean isActive(String token) {
    return active.contains(token);
  }

  /** How many revocations were answered with 200. */
  public int revocations() {
    return revocations.get();
  }

  /** The values of token_type_hint that came. */
  public List<String> hints() {
    return hints;
  }

  /** The next calls fail. */
  public void fail(int times, int status, String body) {
    failureStatus = status;
    failureBody = body;
    failures.set(times);
  }

  /** Failing answers ask for a pause, in the words of the header {@code Retry-After}. */
  public void askForPause(String words) {
    pause = words;
  }

  /** Every revocation takes that long. */
  public void delayRevocation(Duration duration) {
    delay = duration;
  }

  /** Revocations get no answer and have no effect. */
  public void hang() {
    isHanging = true;
  }

  /** Revocations that come from now on are answered. */
  public void stopHanging() {
    isHanging = false;
  }

  /** Revocation answers 200 and does nothing. */
  public void lie() {
    isLying = true;
  }

  /** Revocation does what it says. */
  public void repent() {
    isLying = false;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private String revoke(Map<String, String> form) {
    hints.add(form.getOrDefault("token_type_hint", ""));
    if (isHanging) {
      awaitClosing(Duration.ofMinutes(5));
      return "";
    }
    awaitClosing(delay);
    if (!isLying) {
      active.remove(form.get("token"));
    }
    revocations.incrementAndGet();
    return "";
  }

  private void awaitClosing(Duration limit) {
    try {
      closing.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String introspect(Map<String, String> form) {
    return active.contains(form.get("token"))
        ? "{\"active\":true,\"scope\":\"volumes\"}"
        : "{\"active\":false}";
  }

  private void serve(HttpExchange exchange, Endpoint endpoint) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      if (!pause.isEmpty()) {
        exchange.getResponseHeaders().add("Retry-After", pause);
      }
      send(exchange, failureStatus, failureBody);
    } else if (!isClient(exchange.getRequestHeaders().getFirst("Authorization"))) {
      send(exchange, 401, "{\"error\":\"invalid_client\"}");
    } else {
      send(exchange, 200, endpoint.answer(form(body)));
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static boolean isClient(String header) {
    if (header == null || !header.startsWith("Basic ")) {
      return false;
    }
    String pair =
        new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    String[] parts = pair.split(":", 2);
    return parts.length == 2 && CLIENT.equals(decode(parts[0])) && SECRET.equals(decode(parts[1]));
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String field : body.split("&")) {
      String[] pair = field.split("=", 2);
      form.put(decode(pair[0]), pair.length == 2 ? decode(pair[1]) : "");
    }
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
