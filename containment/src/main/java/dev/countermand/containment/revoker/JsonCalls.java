package dev.countermand.containment.revoker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.AnswerTooLargeException;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Calls to one provider that answers JSON. What a provider answers to a mistake may quote what was
 * sent, so no error repeats it. Thread-safe.
 */
public final class JsonCalls {
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;

  private final String provider;
  private final String hint;
  private final HttpCaller http;

  /**
   * Calls for a provider.
   *
   * @param hint a sentence that says what to look at when the provider refuses for good
   */
  public JsonCalls(String provider, String hint, HttpCaller http) {
    this.provider = provider;
    this.hint = hint;
    this.http = http;
  }

  /**
   * What came back.
   *
   * @param body missing where it was empty or no JSON
   */
  public record Answer(int status, JsonNode body) {
    @Override
    public String toString() {
      return "Answer[status=" + status + "]";
    }
  }

  /**
   * Makes a call.
   *
   * @param body JSON; empty for none
   * @param also what is an answer besides 2xx
   * @throws RevokerException retryable when none came in time, or one of 429 or 5xx, or a 403 that
   *     asks for a pause; else final
   */
  public Answer call(
      String method, URI uri, Map<String, String> headers, String body, Set<Integer> also) {
    Map<String, String> all = new TreeMap<>(headers);
    all.putIfAbsent("Accept", "application/json");
    if (!body.isEmpty()) {
      all.put("Content-Type", "application/json");
    }
    return answer(uri, also, () -> http.call(method, uri, all, body));
  }

  /**
   * Posts a form.
   *
   * @param also what is an answer besides 2xx
   * @throws RevokerException as {@link #call}
   */
  public Answer form(
      URI uri, Map<String, String> headers, Map<String, String> form, Set<Integer> also) {
    Map<String, String> all = new TreeMap<>(headers);
    all.putIfAbsent("Accept", "application/json");
    return answer(uri, also, () -> http.postForm(uri, all, form));
  }

  private interface Call {
    HttpCaller.Answer make() throws IOException;
  }

  private Answer answer(URI uri, Set<Integer> also, Call call) {
    HttpCaller.Answer answer;
    try {
      answer = call.make();
    } catch (AnswerTooLargeException e) {
      throw RevokerException.tooLarge(
          "Provider " + provider + " gave a larger answer than is read of one.");
    } catch (IOException e) {
      throw RevokerException.retryable(
          "Provider "
              + provider
              + " at "
              + uri.getHost()
              + " did not answer ("
              + e.getClass().getSimpleName()
              + ").");
    }
    if (answer.isSuccess() || also.contains(answer.status())) {
      return new Answer(answer.status(), tree(answer.body()));
    }
    throw problem(answer);
  }

  /**
   * A text as one segment of a path, which leads nowhere else.
   *
   * @throws RevokerException when it is empty, or would lead to what is above
   */
  public static String segment(String text) {
    if (text.isEmpty() || text.equals(".") || text.equals("..")) {
      throw RevokerException.fatal(
          "A handle is empty, \".\" or \"..\": check what the credential is registered with.");
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private RevokerException problem(HttpCaller.Answer answer) {
    int status = answer.status();
    String message = "Provider " + provider + " answered " + status + ".";
    boolean isPassing =
        status == TOO_MANY_REQUESTS
            || status / 100 == 5
            || (status == FORBIDDEN && answer.retryAfter() != null);
    if (!isPassing) {
      return RevokerException.fatal(message + " " + hint);
    }
    return answer.retryAfter() == null
        ? RevokerException.retryable(message)
        : RevokerException.retryable(message, answer.retryAfter());
  }

  private static JsonNode tree(String body) {
    try {
      return Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
