package dev.countermand.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HttpCallerTest {
  private static final Duration DEADLINE = Duration.ofMillis(600);

  /** What the server does with one connection after it has read the head of the request. */
  private interface Conduct {
    void answer(OutputStream out) throws IOException, InterruptedException;
  }

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private ServerSocket server;
  private volatile Conduct conduct = out -> {};

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "server");
    accepting.setDaemon(true);
    accepting.start();
  }

  @AfterEach
  void stop() throws IOException {
    closed.countDown();
    server.close();
  }

  @Test
  void aFormIsPostedAndTheAnswerIsRead() throws IOException {
    conduct = respond("200 OK", "", "{\"active\":false}");

    HttpCaller.Answer answer =
        new HttpCaller(Duration.ofSeconds(10))
            .postForm(uri("/revoke"), Map.of("X-One", "1"), Map.of("token", "a b&c", "hint", "é"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.isSuccess()).isTrue();
    assertThat(answer.body()).isEqualTo("{\"active\":false}");
    assertThat(answer.toString()).doesNotContain("active");
    assertThat(requests.get(0))
        .startsWith("POST /revoke HTTP/1.1")
        .contains("X-One: 1", "application/x-www-form-urlencoded")
        .endsWith("hint=%C3%A9&token=a+b%26c");
  }

  @Test
  void aFileIsPostedAsThePartOfAForm(@TempDir Path directory) throws IOException {
    conduct = respond("200 OK", "", "{}");
    Path file = Files.writeString(directory.resolve("a.jar"), "content of the file");

    HttpCaller.Answer answer =
        new HttpCaller(Duration.ofSeconds(10)).postFile(uri("/upload"), "jarfile", file);

    assertThat(answer.isSuccess()).isTrue();
    assertThat(requests.get(0))
        .startsWith("POST /upload HTTP/1.1")
        .contains(
            "multipart/form-data; boundary=",
            "name=\"jarfile\"; filename=\"a.jar\"",
            "\r\n\r\ncontent of the file\r\n--")
        .endsWith("--\r\n");
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    conduct = respond("307 Temporary Redirect", "Location: " + uri("/elsewhere") + "\r\n", "");

    HttpCaller.Answer answer =
        new HttpCaller(Duration.ofSeconds(10))
            .call("POST", uri("/here"), Map.of("Authorization", "Bearer x"), "body");

    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.isSuccess()).isFalse();
    assertThat(requests).hasSize(1);
  }

  @Test
  void aServerThatSaysNothingHoldsACallUntilTheDeadlineOnly() {
    conduct = out -> closed.await();

    endsInTime(() -> new HttpCaller(DEADLINE).call("GET", uri("/"), Map.of(), ""));
  }

  @Test
  void aServerThatTricklesABodyForEverHoldsACallUntilTheDeadlineOnly() throws Exception {
    conduct =
        out -> {
          out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
          trickle(out);
        };

    endsInTime(() -> new HttpCaller(DEADLINE).call("GET", uri("/"), Map.of(), ""));
    assertThat(hungUp.await(10, TimeUnit.SECONDS)).as("the connection is given up").isTrue();
  }

  @Test
  void aServerThatTricklesItsHeadForEverHoldsACallUntilTheDeadlineOnly() {
    conduct =
        out -> {
          out.write(bytes("HTTP/1.1 200 OK\r\nX-Slow: "));
          trickle(out);
        };

    endsInTime(() -> new HttpCaller(DEADLINE).call("GET", uri("/"), Map.of(), ""));
  }

  @Test
  void anAnswerIsReadUpToItsLimit() throws IOException {
    String whole = "x".repeat(1024 * 1024);
    HttpCaller caller = new HttpCaller(Duration.ofSeconds(10));

    conduct = respond("200 OK", "", whole);
    assertThat(caller.call("GET", uri("/"), Map.of(), "").body()).hasSize(1024 * 1024);

    conduct = respond("200 OK", "", whole + "x");
    assertThatThrownBy(() -> caller.call("GET", uri("/"), Map.of(), ""))
        .isInstanceOf(IOException.class)
        .isInstanceOf(AnswerTooLargeException.class)
        .hasMessageContaining("larger than 1048576 bytes");
  }

  @Test
  void anEndlessAnswerIsGivenUpAtTheLimit() {
    conduct =
        out -> {
          out.write(bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
          byte[] chunk = new byte[8_192];
          while (closed.getCount() > 0) {
            out.write(chunk);
          }
        };

    assertThatThrownBy(
            () -> new HttpCaller(Duration.ofSeconds(10)).call("GET", uri("/"), Map.of(), ""))
        .isInstanceOf(AnswerTooLargeException.class)
        .hasMessageContaining("larger than 1048576 bytes");
  }

  @Test
  void aServerThatIsNotThereIsAnIoException() throws IOException {
    URI gone = uri("/");
    server.close();

    assertThatThrownBy(() -> new HttpCaller(DEADLINE).call("GET", gone, Map.of(), ""))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aHeaderThatCannotBeSentIsNamedWithoutItsValue() {
    assertThatThrownBy(
            () ->
                new HttpCaller(DEADLINE)
                    .call("GET", uri("/"), Map.of("Authorization", "Bearer canary\n"), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the header Authorization cannot be sent")
        .hasNoCause()
        .message()
        .doesNotContain("canary");
  }

  @Test
  void anInterruptedCallEndsAndKeepsTheInterrupt() throws Exception {
    conduct = out -> closed.await();
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    Thread calling =
        new Thread(
            () -> {
              try {
                new HttpCaller(Duration.ofSeconds(20)).call("GET", uri("/"), Map.of(), "");
              } catch (IOException e) {
                interrupted.add(Thread.currentThread().isInterrupted());
              }
            });
    calling.start();
    Awaitility.await().until(() -> !requests.isEmpty());
    calling.interrupt();
    calling.join(5_000);

    assertThat(interrupted).containsExactly(true);
  }

  private interface Call {
    Object make() throws IOException;
  }

  private static void endsInTime(Call call) {
    long start = System.nanoTime();
    assertThatThrownBy(call::make).isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(DEADLINE.minusMillis(100), DEADLINE.plusSeconds(5));
  }

  private static Conduct respond(String status, String headers, String body) {
    return out -> {
      byte[] content = bytes(body);
      out.write(
          bytes(
              "HTTP/1.1 "
                  + status
                  + "\r\n"
                  + headers
                  + "Content-Length: "
                  + content.length
                  + "\r\nConnection: close\r\n\r\n"));
      out.write(content);
    };
  }

  private void trickle(OutputStream out) throws InterruptedException {
    try {
      while (!closed.await(20, TimeUnit.MILLISECONDS)) {
        out.write('x');
        out.flush();
      }
    } catch (IOException e) {
      hungUp.countDown();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread serving = new Thread(() -> serve(socket), "connection");
        serving.setDaemon(true);
        serving.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      requests.add(read(socket.getInputStream()));
      conduct.answer(socket.getOutputStream());
    } catch (IOException | InterruptedException e) {
      // The client has hung up, which is what some tests are about.
    }
  }

  /** The head, and as much of a body as it announces. */
  private static String read(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return request.toString();
      }
      request.append((char) next);
    }
    String head = request.toString();
    int at = head.indexOf("Content-Length: ");
    int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
