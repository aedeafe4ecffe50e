package dev.countermand.containment.gcp;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.time.InstantSource;
import java.util.function.BiFunction;

/** Reads the configuration of what both revokers of Google Cloud need. */
final class Accounts {
  private static final String PUBLIC = "https://iam.googleapis.com/";
  private static final URI PUBLIC_TOKENS = URI.create("https://oauth2.googleapis.com/token");

  private Accounts() {}

  /**
   * A revoker.
   *
   * @param metadata where a machine's own account is told, when no key is configured
   */
  static Revoker create(
      ProviderKeys keys,
      ContainmentSettings.Provider config,
      HttpCaller http,
      URI metadata,
      BiFunction<Iam, Trials, Revoker> revoker) {
    String given = config.url();
    URI base =
        given == null
            ? URI.create(PUBLIC)
            : keys.address("url", given.endsWith("/") ? given : given + "/");
    JsonCalls calls =
        new JsonCalls(
            keys.name(),
            "Check client-secret, and the roles of the revoker's service account.",
            http);
    // Another endpoint, such as a proxy, takes the tokens' calls, too.
    Tokens tokens = new Tokens(given == null ? PUBLIC_TOKENS : base.resolve("token"), calls);
    InstantSource clock = InstantSource.system();
    Login login =
        config.clientSecret() == null
            ? Login.ofTheMachine(keys.name(), metadata, calls)
            : Login.with(keys.name(), key(keys, config.clientSecret().read()), tokens, clock);
    return revoker.apply(new Iam(keys.name(), base, login, calls), new Trials(tokens, clock));
  }

  private static KeyFile key(ProviderKeys keys, String text) {
    return KeyFile.of(text)
        .orElseThrow(
            () ->
                keys.bad(
                    "client-secret",
                    "must be the key of a service account, the JSON file that Google gives out."));
  }
}
