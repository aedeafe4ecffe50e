package dev.countermand.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import dev.countermand.runtime.http.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a real server says of requests whose rest does not come. */
final class CutShortTest {
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private Server server;

  private Socket half(Duration timeout) throws IOException {
    server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .requestTimeout(timeout)
            .service(
                "/",
                (context, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .handle(
                                (whole, error) -> {
                                  failed.complete(error);
                                  return HttpResponse.of("done");
                                })))
            .build();
    server.start().join();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.activeLocalPort());
    socket
        .getOutputStream()
        .write(
            "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private Throwable error() throws Exception {
    Throwable error = failed.get(20, TimeUnit.SECONDS);
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  @AfterEach
  void stop() {
    server.stop().join();
  }

  @Test
  void aRequestWhoseSenderGoesIsIncomplete() throws Exception {
    half(Duration.ofMinutes(1)).close();

    assertThat(CutShort.refusal(error()).map(Refusal::code))
        .as(error().toString())
        .contains("BODY_INCOMPLETE");
  }

  @Test
  void aRequestWhoseSenderIsTooSlowIsIncomplete() throws Exception {
    Socket slow = half(Duration.ofMillis(200));

    assertThat(CutShort.refusal(error()).map(Refusal::code))
        .as(error().toString())
        .contains("BODY_INCOMPLETE");
    slow.close();
  }
}
