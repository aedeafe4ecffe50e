package dev.countermand.containment.gcp;

import dev.countermand.containment.revoker.JsonCalls;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Where keys are exchanged for access tokens. Thread-safe. */
final class Tokens {
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final String HARMLESS = "https://www.googleapis.com/auth/userinfo.email";

  private final URI endpoint;
  private final JsonCalls calls;

  Tokens(URI endpoint, JsonCalls calls) {
    this.endpoint = endpoint;
    this.calls = calls;
  }

  /** What came of trying a key. */
  enum Trial {
    LET_IN,
    REFUSED,
    /** Refused for another reason, or answered in an unknown way. */
    NO_PROOF
  }

  /**
   * Asks for an access token.
   *
   * @param also what is an answer besides 2xx
   */
  JsonCalls.Answer exchange(KeyFile key, String scope, Instant now, Set<Integer> also) {
    return calls.form(
        endpoint,
        Map.of(),
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion",
            key.assertion(endpoint.toString(), scope, now)),
        also);
  }

  /** Whether a key still gets access tokens; one that it gets is thrown away. */
  Trial trial(KeyFile key, Instant now) {
    JsonCalls.Answer answer = exchange(key, HARMLESS, now, Set.of(BAD_REQUEST, UNAUTHORIZED));
    if (answer.status() / 100 == 2) {
      return Trial.LET_IN;
    }
    // A clock that is wrong is answered by the same code as a key that is gone.
    boolean isClock = answer.body().path("error_description").asText("").contains("iat");
    return answer.body().path("error").asText("").equals("invalid_grant") && !isClock
        ? Trial.REFUSED
        : Trial.NO_PROOF;
  }
}
