package dev.countermand.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.countermand.runtime.server.Connections.Bounds;
import dev.countermand.runtime.server.Connections.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which connections give way to which, on a real server with room for few. */
final class ConnectionsTest {
  private static final int STRANGERS = 3;
  private static final int OF_ONE = 2;

  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final List<Peer> peers = new ArrayList<>();
  private Server server;

  @BeforeEach
  void start() {
    ServerBuilder builder =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .service("/", (context, request) -> HttpResponse.of("here"))
            .service(
                "/wait",
                (context, request) -> {
                  underWay.incrementAndGet();
                  return HttpResponse.of(answer.thenApply(HttpResponse::of));
                });
    new Connections(
            new Bounds(8, STRANGERS),
            ConnectionsTest::caller,
            refusal ->
                HttpResponse.of(
                    HttpStatus.valueOf(refusal.status()), MediaType.PLAIN_TEXT, refusal.code()))
        .of(builder);
    server = builder.build();
    server.start().join();
  }

  @AfterEach
  void stop() throws IOException {
    answer.complete("too late");
    for (Peer peer : peers) {
      peer.socket.close();
    }
    server.stop().join();
  }

  private static Optional<Caller> caller(RequestHeaders headers) {
    return Optional.ofNullable(headers.get("who")).map(name -> new Caller(name, OF_ONE));
  }

  /** One end of a connection. */
  private static final class Peer {
    final Socket socket;
    private final BufferedReader answers;

    Peer(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    void ask(String path, String who) throws IOException {
      String head = "GET " + path + " HTTP/1.1\r\nHost: here\r\n";
      String known = who.isEmpty() ? "" : "Who: " + who + "\r\n";
      socket.getOutputStream().write((head + known + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The status and the body of the next answer; empty where the connection has ended. */
    String answer() throws IOException {
      socket.setSoTimeout(10_000);
      try {
        String status = answers.readLine();
        if (status == null) {
          return "";
        }
        int length = 0;
        for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
          if (line.startsWith("content-length: ")) {
            length = Integer.parseInt(line.substring("content-length: ".length()));
          }
        }
        char[] body = new char[length];
        for (int i = 0; i < length; i++) {
          body[i] = (char) answers.read();
        }
        return status.split(" ")[1] + " " + new String(body);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        return "";
      }
    }

    String answer(String path, String who) throws IOException {
      ask(path, who);
      return answer();
    }
  }

  private Peer peer() throws IOException {
    Peer peer = new Peer(server.activeLocalPort());
    peers.add(peer);
    return peer;
  }

  /** One on which a request of somebody has been answered. */
  private Peer peer(String who) throws IOException {
    Peer peer = peer();
    assertThat(peer.answer("/", who)).isEqualTo("200 here");
    return peer;
  }

  /** One of alice's: the client has an answer a moment before the server is done with it. */
  private Peer awaitPlace() {
    AtomicReference<Peer> newest = new AtomicReference<>();
    Awaitility.await()
        .until(
            () -> {
              newest.set(peer());
              return newest.get().answer("/", "alice").equals("200 here");
            });
    return newest.get();
  }

  @Test
  void ofTooManyStrangersTheOldestEndsHoweverOftenItAsksAndCallersStay() throws IOException {
    Peer alice = peer("alice");
    Peer oldest = peer("");
    Peer second = peer("");
    assertThat(oldest.answer("/", "")).isEqualTo("200 here");
    peer("");

    Peer newest = peer("");

    assertThat(oldest.answer()).isEmpty();
    assertThat(second.answer("/", "")).isEqualTo("200 here");
    assertThat(newest.answer("/", "")).isEqualTo("200 here");
    assertThat(alice.answer("/", "alice")).isEqualTo("200 here");
  }

  @Test
  void aConnectionIsItsCallersUntilAStrangerAsksOnIt() throws IOException {
    Peer lapsed = peer("alice");
    assertThat(lapsed.answer("/", "")).isEqualTo("200 here");
    for (int i = 0; i < STRANGERS; i++) {
      peer("");
    }

    assertThat(lapsed.answer()).isEmpty();
  }

  @Test
  void ofTooManyOfOneCallerTheOneThatWaitsForNothingEnds() throws IOException {
    Peer waits = peer();
    waits.ask("/wait", "alice");
    Awaitility.await().until(() -> underWay.get() == 1);
    Peer idle = peer("alice");

    Peer newest = awaitPlace();

    assertThat(idle.answer()).isEmpty();
    assertThat(newest.answer("/", "alice")).isEqualTo("200 here");
    answer.complete("at last");
    assertThat(waits.answer()).isEqualTo("200 at last");
  }

  @Test
  void aCallerWhoseRequestsAreAllUnderWayIsRefusedAnotherAndOthersAreNot() throws IOException {
    Peer first = peer();
    first.ask("/wait", "alice");
    Peer second = peer();
    second.ask("/wait", "alice");
    Awaitility.await().until(() -> underWay.get() == OF_ONE);
    Peer bob = peer("bob");

    Peer third = peer();
    assertThat(third.answer("/", "alice")).isEqualTo("429 CONNECTIONS_TOO_MANY");
    assertThat(third.answer()).isEmpty();
    assertThat(bob.answer("/", "bob")).isEqualTo("200 here");

    answer.complete("at last");
    assertThat(first.answer()).isEqualTo("200 at last");
    assertThat(second.answer()).isEqualTo("200 at last");
    assertThat(awaitPlace().answer("/", "alice")).isEqualTo("200 here");
  }

  @Test
  void aConnectionWithoutARequestEndsAndOneWithARequestStays() throws IOException {
    Peer silent = peer();
    Peer caller = peer("alice");
    Peer stranger = peer("");

    assertThat(silent.answer()).isEmpty();
    assertThat(caller.answer("/", "alice")).isEqualTo("200 here");
    assertThat(stranger.answer("/", "")).isEqualTo("200 here");
  }

  @Test
  void thereMustBeRoomForCallers() {
    assertThatThrownBy(() -> new Bounds(8, 8)).isInstanceOf(IllegalArgumentException.class);
  }
}
