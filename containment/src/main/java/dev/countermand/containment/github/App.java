package dev.countermand.containment.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ContainmentSettings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;

/** An app of GitHub, as itself or as its installation in an organisation. Thread-safe. */
final class App {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** GitHub takes at most ten minutes; the clocks may differ by one. */
  private static final int LIFE_SECONDS = 8 * 60;

  private static final int SKEW_SECONDS = 60;

  private final Api api;
  private final String clientId;
  private final PrivateKey key;
  private final InstantSource clock;

  private App(Api api, String clientId, PrivateKey key, InstantSource clock) {
    this.api = api;
    this.clientId = clientId;
    this.key = key;
    this.clock = clock;
  }

  /** The app that a provider is configured with. */
  static App of(
      Api api, ProviderKeys keys, ContainmentSettings.Provider config, InstantSource clock) {
    String pem = keys.required("client-secret", config.clientSecret()).read();
    return new App(api, keys.required("client-id", config.clientId()), key(keys, pem), clock);
  }

  /** What the app calls with as itself: a token of its own signature (RS256). */
  String token() {
    Instant now = clock.instant();
    String claims =
        Json.mapper()
            .createObjectNode()
            .put("iat", now.getEpochSecond() - SKEW_SECONDS)
            .put("exp", now.getEpochSecond() + LIFE_SECONDS)
            .put("iss", clientId)
            .toString();
    String signed = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.UTF_8));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
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

  private static PrivateKey key(ProviderKeys keys, String pem) {
    try {
      if (pem.startsWith(BEGIN) && pem.endsWith(END)) {
        String body = pem.substring(BEGIN.length(), pem.length() - END.length());
        return KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Said below.
    }
    throw keys.bad(
        "client-secret",
        "must be the app's private key as PKCS#8: openssl pkcs8 -topk8 -nocrypt -in app.pem.");
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
