package dev.countermand.collectors.redact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of a secret may be kept in the clear, for the one who must find its owner. */
final class Evidence {

  private static final int LONG = 32;
  private static final int LAST = 4;
  private static final int MAX_CLAIM = 200;
  private static final List<String> CLAIMS = List.of("iss", "sub", "aud", "exp", "jti");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Evidence() {}

  static Map<String, String> of(String kind, String token) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("length", Integer.toString(token.length()));
    if (kind.equals("aws-access-key-id") || kind.equals("alibaba-access-key-id")) {
      // An id is no secret: it names the key to revoke.
      evidence.put("id", token);
    } else if (kind.equals("jwt")) {
      claims(token, evidence);
    } else if (token.length() >= LONG
        && !kind.equals("private-key")
        && !kind.contains("password")) {
      evidence.put("last", token.substring(token.length() - LAST));
    }
    return evidence;
  }

  private static void claims(String token, Map<String, String> evidence) {
    String[] parts = token.split("\\.", -1);
    if (parts.length < 2) {
      return;
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
      JsonNode claims = JSON.readTree(new String(payload, StandardCharsets.UTF_8));
      for (String claim : CLAIMS) {
        JsonNode value = claims == null ? null : claims.get(claim);
        if (value != null && value.isValueNode() && value.asText().length() <= MAX_CLAIM) {
          evidence.put(claim, value.asText());
        }
      }
    } catch (IllegalArgumentException | JsonProcessingException e) {
      evidence.put("claims", "unreadable");
    }
  }
}
