package dev.countermand.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import dev.countermand.runtime.CountermandException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ListeningTest {
  private static final String HOST = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void aServerAnswersUntilItIsStoppedAndItsPortIsFreeThen() {
    Server first = server("first", 0);
    listen(first, 0);
    int port = first.activeLocalPort();
    try {
      assertThat(ask(port)).succeedsWithin(PATIENCE).isEqualTo("first");
      Server second = server("second", port);
      assertThat(catchThrowableOfType(CountermandException.class, () -> listen(second, port)))
          .hasMessageContaining("The test")
          .hasMessageContaining("test.port")
          .extracting(CountermandException::code)
          .isEqualTo("PORT_TAKEN");
    } finally {
      first.stop().join();
    }

    Server third = server("third", port);
    listen(third, port);
    try {
      assertThat(ask(port)).succeedsWithin(PATIENCE).isEqualTo("third");
    } finally {
      third.stop().join();
    }
  }

  @Test
  void aServerThatIsToldToStopStillAnswersWhomItLetIn() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    Server server =
        Listening.at(HOST, 0)
            .gracefulShutdownTimeout(Duration.ofMillis(50), PATIENCE)
            .service(
                "/",
                (context, request) -> {
                  asked.complete(null);
                  return HttpResponse.of(answer);
                })
            .build();
    listen(server, 0);
    CompletableFuture<String> answered = ask(server.activeLocalPort());
    assertThat(asked).succeedsWithin(PATIENCE);
    CompletableFuture<Void> stopped = server.stop();
    answer.complete(HttpResponse.of("late"));
    assertThat(answered).succeedsWithin(PATIENCE).isEqualTo("late");
    assertThat(stopped).succeedsWithin(PATIENCE);
  }

  private static void listen(Server server, int port) {
    Listening.start(server, "The test", HOST, port, "test.port");
  }

  private static Server server(String answer, int port) {
    return Listening.at(HOST, port).service("/", (c, r) -> HttpResponse.of(answer)).build();
  }

  private static CompletableFuture<String> ask(int port) {
    URI address = URI.create("http://" + HOST + ":" + port + "/");
    return HttpClient.newHttpClient()
        .sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
        .thenApply(java.net.http.HttpResponse::body);
  }
}
