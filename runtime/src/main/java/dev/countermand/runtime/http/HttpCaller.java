package dev.countermand.runtime.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The one HTTP client, for calls that carry credentials: every call has a deadline, redirects are
 * not followed (they would carry the credential along), an answer is read up to 1 MiB. Thread-safe.
 */
public final class HttpCaller {
  private static final int MAX_ANSWER = 1024 * 1024;

  private final HttpClient client;
  private final Duration deadline;

  /**
   * What a server answered.
   *
   * @param status the HTTP status
   * @param body the body as UTF-8
   */
  public record Answer(int status, String body) {
    /** Whether the status is 2xx. */
    public boolean isSuccess() {
      return status / 100 == 2;
    }

    @Override
    public String toString() {
      return "Answer[status=" + status + ", body of " + body.length() + " characters]";
    }
  }

  /** A caller whose every call ends within the deadline. */
  public HttpCaller(Duration deadline) {
    this.deadline = deadline;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(deadline)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /**
   * Posts a form.
   *
   * @throws IOException when no answer comes within the deadline, or it is too large
   */
  public Answer postForm(URI uri, Map<String, String> headers, Map<String, String> form)
      throws IOException {
    String body =
        new TreeMap<>(form)
            .entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "application/x-www-form-urlencoded");
    return call("POST", uri, all, body);
  }

  /**
   * Makes a call.
   *
   * @throws IOException when no answer comes within the deadline, or it is too large
   */
  public Answer call(String method, URI uri, Map<String, String> headers, String body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(deadline)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        byte[] bytes = in.readNBytes(MAX_ANSWER + 1);
        if (bytes.length > MAX_ANSWER) {
          throw new IOException("the answer is larger than " + MAX_ANSWER + " bytes");
        }
        return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
