package dev.countermand.runtime.http;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client, for calls that carry credentials: every call has a deadline, redirects are
 * not followed (they would carry the credential along), an answer is read up to 1 MiB. Thread-safe.
 */
public final class HttpCaller {
  private static final Duration MAX_PAUSE = Duration.ofMinutes(5);
  private static final int MAX_ANSWER = 1024 * 1024;

  private final HttpClient client;
  private final Duration deadline;

  /**
   * What a server answered.
   *
   * @param status the HTTP status
   * @param body the body as UTF-8
   * @param retryAfter the pause the server asks for before the next try (RFC 9110, section 10.2.3),
   *     at most five minutes; null when it asks for none, or names a date
   */
  public record Answer(int status, String body, @Nullable Duration retryAfter) {
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
   * Posts a file as the one part of a form (RFC 7578), read while it is sent.
   *
   * @param part the name of the part
   * @throws IOException when the file cannot be read, no answer comes within the deadline, or it is
   *     too large
   */
  public Answer postFile(URI uri, String part, Path file) throws IOException {
    return postPart(
        uri, Map.of(), part, file.getFileName().toString(), BodyPublishers.ofFile(file));
  }

  /**
   * Posts a file as the one part of a form (RFC 7578).
   *
   * @param part the name of the part
   * @param name of the file
   * @throws IOException as {@link #call}
   */
  public Answer postFile(
      URI uri, Map<String, String> headers, String part, String name, byte[] content)
      throws IOException {
    return postPart(uri, headers, part, name, BodyPublishers.ofByteArray(content));
  }

  private Answer postPart(
      URI uri, Map<String, String> headers, String part, String name, BodyPublisher content)
      throws IOException {
    String boundary = "countermand-" + UUID.randomUUID();
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\""
            + part
            + "\"; filename=\""
            + name
            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "multipart/form-data; boundary=" + boundary);
    return call(
        "POST",
        uri,
        all,
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            content,
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")));
  }

  /**
   * Makes a call.
   *
   * @throws AnswerTooLargeException when it is larger than 1 MiB
   * @throws IOException when the whole answer has not come within the deadline, or a header cannot
   *     be sent; the message holds no header and no body
   * @throws IllegalArgumentException when the URI is not one of http or https
   */
  public Answer call(String method, URI uri, Map<String, String> headers, String body)
      throws IOException {
    return call(
        method,
        uri,
        headers,
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  private Answer call(String method, URI uri, Map<String, String> headers, BodyPublisher body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(deadline).method(method, body);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      try {
        request.header(header.getKey(), header.getValue());
      } catch (IllegalArgumentException e) {
        // The client's own message quotes the value, which may be a credential.
        throw new IOException(
            "the header " + header.getKey() + " cannot be sent: HTTP forbids its name or value");
      }
    }
    return send(request.build());
  }

  /** The client's own timeout ends with the answer's head; this one is for the whole answer. */
  private Answer send(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
    try {
      HttpResponse<byte[]> response = exchange.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(
          response.statusCode(),
          new String(response.body(), StandardCharsets.UTF_8),
          pause(response.headers().firstValue("Retry-After").orElse("")));
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + deadline.toMillis() + " ms");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (tooLarge(cause) instanceof AnswerTooLargeException large) {
        throw large;
      }
      String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
      throw new IOException(cause.getClass().getSimpleName() + message, cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      // Ends an exchange that still runs; does nothing to one that has ended.
      exchange.cancel(true);
    }
  }

  /** The client may wrap what the body ended with. */
  private static @Nullable Throwable tooLarge(Throwable cause) {
    return cause instanceof AnswerTooLargeException ? cause : cause.getCause();
  }

  /**
   * The pause that a header {@code Retry-After} asks for, at most five minutes; null when it asks
   * for none, or names a date.
   *
   * @param value of the header; empty when there is none
   */
  public static @Nullable Duration pause(String value) {
    boolean seconds =
        !value.isEmpty() && value.length() < 10 && value.chars().allMatch(Character::isDigit);
    return seconds
        ? Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_PAUSE.toSeconds()))
        : null;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
