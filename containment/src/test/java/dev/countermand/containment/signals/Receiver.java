package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.HttpCaller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * What a receiver does with a token, by the JDK alone: no code of the transmitter checks its own
 * signatures.
 */
final class Receiver {
  private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

  private final String issuer;
  private final String audience;
  private final JsonNode keys;

  /** Finds the keys of a transmitter as its metadata says. */
  Receiver(String issuer, String audience) {
    this.issuer = issuer;
    this.audience = audience;
    JsonNode metadata = get(URI.create(issuer + "/.well-known/ssf-configuration"));
    assertThat(metadata.path("issuer").asText()).isEqualTo(issuer);
    this.keys = get(URI.create(metadata.path("jwks_uri").asText())).path("keys");
  }

  /** The claims of a token, after everything a receiver must look at was as it must be. */
  JsonNode check(String token) {
    String[] parts = token.split("\\.", -1);
    assertThat(parts).hasSize(3);
    JsonNode header = json(parts[0]);
    assertThat(header.path("typ").asText()).isEqualTo("secevent+jwt");
    assertThat(header.path("alg").asText()).isEqualTo("RS256");
    assertThat(isSigned(key(header.path("kid").asText()), parts[0] + "." + parts[1], parts[2]))
        .as("the signature is of the published key")
        .isTrue();
    assertThat(isSigned(key(header.path("kid").asText()), parts[0] + ".e30", parts[2]))
        .as("the signature is of these claims only")
        .isFalse();
    JsonNode claims = json(parts[1]);
    assertThat(claims.path("iss").asText()).isEqualTo(issuer);
    assertThat(claims.path("aud").asText()).isEqualTo(audience);
    assertThat(claims.path("jti").asText()).isNotEmpty();
    assertThat(Instant.ofEpochSecond(claims.path("iat").asLong()))
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(5));
    assertThat(claims.has("sub")).isFalse();
    assertThat(claims.has("exp")).isFalse();
    assertThat(claims.path("sub_id").path("format").asText()).isNotEmpty();
    assertThat(claims.path("events").properties()).hasSize(1);
    return claims;
  }

  /** The type of the one event. */
  static String type(JsonNode claims) {
    return claims.path("events").fieldNames().next();
  }

  /** The members of the one event. */
  static JsonNode event(JsonNode claims) {
    return claims.path("events").elements().next();
  }

  private JsonNode key(String id) {
    for (JsonNode key : keys) {
      assertThat(key.has("d")).as("a private key is published").isFalse();
      if (key.path("kid").asText().equals(id)) {
        return key;
      }
    }
    throw new AssertionError("no published key has the id of the token");
  }

  private static boolean isSigned(JsonNode key, String text, String signature) {
    try {
      Signature check = Signature.getInstance("SHA256withRSA");
      check.initVerify(
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(number(key.path("n")), number(key.path("e")))));
      check.update(text.getBytes(StandardCharsets.US_ASCII));
      return check.verify(BASE64.decode(signature));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BigInteger number(JsonNode text) {
    return new BigInteger(1, BASE64.decode(text.asText()));
  }

  private static JsonNode json(String part) {
    try {
      return Json.mapper().readTree(BASE64.decode(part));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode get(URI uri) {
    try {
      HttpCaller.Answer answer =
          new HttpCaller(Duration.ofSeconds(5)).call("GET", uri, Map.of(), "");
      assertThat(answer.status()).isEqualTo(200);
      return Json.mapper().readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
