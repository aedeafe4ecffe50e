package dev.countermand.detectors.understand;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call to an HTTP API as an agent wants to make it.
 *
 * @param method in any case, for instance {@code DELETE}
 * @param url as written; it may lack the scheme
 * @param headers names in any case
 * @param body the text of the body, or null
 */
public record HttpCall(
    String method, String url, Map<String, String> headers, @Nullable String body) {

  /** Copies the headers. */
  public HttpCall {
    headers = Map.copyOf(headers);
  }
}
