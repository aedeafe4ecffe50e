package dev.countermand.policies;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.http.Endpoints;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where an Open Policy Agent is, and how long it is waited for.
 *
 * @param url its address, https or on this machine: who could change an answer on the way would
 *     grant
 * @param path the document that decides, for instance {@code countermand/task/decision}
 * @param token the bearer token it asks for; null when it asks for none
 * @param deadline for each request, from connecting to the last byte
 * @param failures how many requests without an answer in a row end the asking for a while
 * @param pause how long it is not asked then
 */
public record OpaServer(
    URI url,
    String path,
    @Nullable SecretRef token,
    Duration deadline,
    int failures,
    Duration pause) {
  private static final Duration DEADLINE = Duration.ofMillis(50);
  private static final int FAILURES = 5;
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int MAX_PATH = 1000;

  /** Everything is checked: CountermandException POLICY_INVALID names what cannot be used. */
  public OpaServer {
    if (!Endpoints.isPrivate(url) || url.getQuery() != null || url.getFragment() != null) {
      throw invalid(
          "The address of OPA must be https without user, query and fragment (http only on this"
              + " machine).");
    }
    if (!isPath(path)) {
      throw invalid(
          "The path of OPA's decision must be names of letters, digits, - and _ with / between"
              + " them, for instance countermand/task/decision.");
    }
    if (deadline.isNegative() || deadline.isZero() || pause.isNegative() || pause.isZero()) {
      throw invalid("The deadline and the pause of OPA must be longer than nothing.");
    }
    if (failures < 1) {
      throw invalid("OPA must be given one failure or more before it is not asked.");
    }
  }

  /** A server that asks for no token: 50 ms for each request, 2 s of pause after 5 failures. */
  public static OpaServer at(URI url, String path) {
    return new OpaServer(url, path, null, DEADLINE, FAILURES, PAUSE);
  }

  /** The same with a bearer token. */
  public OpaServer withToken(SecretRef bearer) {
    return new OpaServer(url, path, bearer, deadline, failures, pause);
  }

  /** The same with another deadline. */
  public OpaServer withDeadline(Duration each) {
    return new OpaServer(url, path, token, each, failures, pause);
  }

  /** The same with another circuit: after so many failures in a row a pause. */
  public OpaServer withCircuit(int inARow, Duration notAsked) {
    return new OpaServer(url, path, token, deadline, inARow, notAsked);
  }

  /** The address of the decision in OPA's Data API. */
  URI decision() {
    return below("/v1/data/" + path);
  }

  /** The address of its health. */
  URI health() {
    return below("/health");
  }

  private URI below(String resource) {
    String base = url.toString();
    return URI.create(
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + resource);
  }

  private static boolean isPath(String path) {
    return path.length() <= MAX_PATH
        && !path.isEmpty()
        && !path.startsWith("/")
        && !path.endsWith("/")
        && !path.contains("//")
        && path.chars().allMatch(OpaServer::isPathCharacter);
  }

  private static boolean isPathCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '/';
  }

  private static CountermandException invalid(String message) {
    return new CountermandException("POLICY_INVALID", message);
  }
}
