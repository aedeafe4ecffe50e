package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a page does, by a plain HTTP client: it keeps the cookie, and sends the token of forms. */
final class Browser {
  private final URI console;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private @Nullable String csrf;

  Browser(URI console) {
    this.console = console;
  }

  /** What came back. */
  record Answer(int status, JsonNode body, HttpResponse<String> response) {
    String code() {
      return body.at("/error/code").asText();
    }
  }

  Answer signIn(String token) {
    Answer answer = post("/api/session", Json.mapper().createObjectNode().put("token", token));
    csrf = answer.body().path("csrf").textValue();
    return answer;
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, ObjectNode body) {
    return post(path, body, Map.of());
  }

  Answer post(String path, ObjectNode body, Map<String, String> headers) {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    if (csrf != null && !headers.containsKey("x-countermand-csrf")) {
      request.header("x-countermand-csrf", csrf);
    }
    headers.forEach(request::header);
    return send(request);
  }

  Answer delete(String path) {
    HttpRequest.Builder request = request(path).DELETE();
    if (csrf != null) {
      request.header("x-countermand-csrf", csrf);
    }
    return send(request);
  }

  /** What happens, told as it happens. */
  Events follow(String path, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(console.resolve(path));
    headers.forEach(request::header);
    try {
      return new Events(client.send(request.build(), BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(console.resolve(path)).timeout(Duration.ofSeconds(60));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      boolean isJson = response.headers().firstValue("content-type").orElse("").contains("json");
      return new Answer(
          response.statusCode(),
          isJson ? Json.mapper().readTree(response.body()) : Json.mapper().createObjectNode(),
          response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
