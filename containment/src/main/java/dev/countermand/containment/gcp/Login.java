package dev.countermand.containment.gcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.RevokerException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who the revoker is at Google: a service account by its key, or that of the machine it runs on.
 * Thread-safe.
 */
final class Login {
  /** The machine's own account; Google reaches it over no network. */
  static final URI METADATA =
      URI.create(
          "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/");

  private static final String SCOPE = "https://www.googleapis.com/auth/iam";
  private static final long UNSAID_LIFE_SECONDS = 60;

  private final String provider;
  private final Source source;
  private volatile @Nullable Token token;
  private volatile @Nullable String email;

  private record Token(String value, long renewAt) {}

  /** Where tokens come from. */
  private interface Source {
    JsonNode token();

    String email();
  }

  private Login(String provider, Source source) {
    this.provider = provider;
    this.source = source;
  }

  /** By a key. */
  static Login with(String provider, KeyFile key, Tokens tokens, InstantSource clock) {
    return new Login(
        provider,
        new Source() {
          @Override
          public JsonNode token() {
            return tokens.exchange(key, SCOPE, clock.instant(), Set.of()).body();
          }

          @Override
          public String email() {
            return key.email();
          }
        });
  }

  /** As the account of the machine. */
  static Login ofTheMachine(String provider, URI metadata, JsonCalls calls) {
    Map<String, String> header = Map.of("Metadata-Flavor", "Google");
    return new Login(
        provider,
        new Source() {
          @Override
          public JsonNode token() {
            return calls.call("GET", metadata.resolve("token"), header, "", Set.of()).body();
          }

          @Override
          public String email() {
            URI all = metadata.resolve("?recursive=true");
            return calls.call("GET", all, header, "", Set.of()).body().path("email").asText("");
          }
        });
  }

  /** What to call with. */
  String token() {
    Token current = token;
    if (current == null || System.nanoTime() - current.renewAt() >= 0) {
      JsonNode issued = source.token();
      String value = issued.path("access_token").asText("");
      if (value.isEmpty()) {
        throw noneFor("access token");
      }
      long seconds = issued.path("expires_in").asLong(UNSAID_LIFE_SECONDS);
      current = new Token(value, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) / 2);
      token = current;
    }
    return current.value();
  }

  /** Whether an account is the revoker's own. */
  boolean is(String account) {
    String own = email;
    if (own == null) {
      own = source.email();
      if (own.isEmpty()) {
        throw noneFor("e-mail address");
      }
      email = own;
    }
    return own.equalsIgnoreCase(account);
  }

  private RevokerException noneFor(String what) {
    return RevokerException.retryable(
        "Provider " + provider + " was given no " + what + " of its own by Google.");
  }
}
