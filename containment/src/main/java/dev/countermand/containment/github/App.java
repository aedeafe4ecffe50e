package dev.countermand.containment.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.TokenSigner;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ContainmentSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/** An app of GitHub, as itself or as its installation in an organisation. Thread-safe. */
final class App {
  /** GitHub takes at most ten minutes; the clocks may differ by one. */
  private static final int LIFE_SECONDS = 8 * 60;

  private static final int SKEW_SECONDS = 60;

  private final Api api;
  private final String clientId;
  private final TokenSigner signer;
  private final InstantSource clock;

  private App(Api api, String clientId, TokenSigner signer, InstantSource clock) {
    this.api = api;
    this.clientId = clientId;
    this.signer = signer;
    this.clock = clock;
  }

  /** The app that a provider is configured with. */
  static App of(
      Api api, ProviderKeys keys, ContainmentSettings.Provider config, InstantSource clock) {
    String pem = keys.required("client-secret", config.clientSecret()).read();
    return new App(api, keys.required("client-id", config.clientId()), signer(keys, pem), clock);
  }

  /** What the app calls with as itself: a token of its own signature (RS256). */
  String token() {
    Instant now = clock.instant();
    return signer.sign(
        Json.mapper()
            .createObjectNode()
            .put("iat", now.getEpochSecond() - SKEW_SECONDS)
            .put("exp", now.getEpochSecond() + LIFE_SECONDS)
            .put("iss", clientId),
        null);
  }

  /** What it calls with in an organisation, good for an hour. */
  String tokenIn(String organisation) {
    JsonCalls.Answer installation =
        api.call(
            "GET",
            "orgs/" + JsonCalls.segment(organisation) + "/installation",
            token(),
            "",
            Set.of(404));
    if (installation.status() == 404) {
      throw RevokerException.fatal(
          "The app of provider " + api.name() + " is not installed in " + organisation + ".");
    }
    JsonNode issued =
        api.call(
                "POST",
                "app/installations/" + installation.body().path("id").asLong() + "/access_tokens",
                token(),
                "",
                Set.of())
            .body();
    return issued.path("token").asText();
  }

  private static TokenSigner signer(ProviderKeys keys, String pem) {
    return TokenSigner.of(pem)
        .orElseThrow(
            () ->
                keys.bad(
                    "client-secret",
                    "must be the app's private key as PKCS#8: openssl pkcs8 -topk8 -nocrypt -in"
                        + " app.pem."));
  }
}
