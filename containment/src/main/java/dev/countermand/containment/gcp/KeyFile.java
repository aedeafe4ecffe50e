package dev.countermand.containment.gcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.revoker.TokenSigner;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * The key of a service account as Google gives it out, JSON.
 *
 * @param email of the service account
 * @param id of the key
 * @param signer with the key
 */
record KeyFile(String email, String id, TokenSigner signer) {
  private static final int LIFE_SECONDS = 300;

  /**
   * Reads one. What else stands in it is not looked at: the address for tokens in an agent's key is
   * the agent's word.
   */
  static Optional<KeyFile> of(String text) {
    JsonNode file;
    try {
      file = Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    String email = file.path("client_email").asText("");
    String id = file.path("private_key_id").asText("");
    return email.isEmpty() || id.isEmpty()
        ? Optional.empty()
        : TokenSigner.of(file.path("private_key").asText(""))
            .map(signer -> new KeyFile(email, id, signer));
  }

  /** What is exchanged for an access token (RFC 7523). */
  String assertion(String audience, String scope, Instant now) {
    return signer.sign(
        Json.mapper()
            .createObjectNode()
            .put("iss", email)
            .put("aud", audience)
            .put("scope", scope)
            .put("iat", now.getEpochSecond())
            .put("exp", now.getEpochSecond() + LIFE_SECONDS),
        id);
  }

  @Override
  public String toString() {
    return "KeyFile[email=" + email + ", id=" + id + "]";
  }
}
