package dev.countermand.containment.signals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Signal;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Ids;
import dev.countermand.runtime.kafka.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes security event tokens (RFC 8417) of one issuer. Thread-safe. */
final class Tokens {
  /** Longest token, in characters. */
  static final int MAX_TOKEN = 16 * 1024;

  private static final int ID_DIGITS = 32;

  private final String issuer;
  private final SigningKey key;
  private final InstantSource clock;

  Tokens(String issuer, SigningKey key, InstantSource clock) {
    this.issuer = issuer;
    this.key = key;
    this.clock = clock;
  }

  /** The token of an event; its identifier is the same again for the same event and stream. */
  Signal of(String stream, String audience, Event event) {
    String source = stream + "|" + event.type() + "|" + event.source();
    String id = DeadLetters.sha256(source.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
    ObjectNode subject = Json.mapper().createObjectNode();
    subject.put("format", "iss_sub").put("iss", issuer).put("sub", event.agentId());
    ObjectNode claims = claims(id, audience, subject, event.type(), event.body());
    claims.put("txn", event.transaction());
    return signal(id, stream, event.type(), event.agentId(), claims);
  }

  /** The token of a verification that the receiver asked for. */
  Signal verification(String stream, String audience, @Nullable String state) {
    String id = Ids.next();
    ObjectNode subject = Json.mapper().createObjectNode();
    subject.put("format", "opaque").put("id", stream);
    ObjectNode body = Json.mapper().createObjectNode();
    if (state != null) {
      body.put("state", state);
    }
    return signal(
        id,
        stream,
        Event.VERIFICATION,
        null,
        claims(id, audience, subject, Event.VERIFICATION, body));
  }

  private ObjectNode claims(
      String id, String audience, ObjectNode subject, String type, ObjectNode body) {
    ObjectNode claims = Json.mapper().createObjectNode();
    claims.put("iss", issuer).put("jti", id).put("iat", clock.instant().getEpochSecond());
    claims.put("aud", audience).set("sub_id", subject);
    claims.putObject("events").set(type, body);
    return claims;
  }

  private Signal signal(
      String id, String stream, String type, @Nullable String agentId, ObjectNode claims) {
    Instant now = clock.instant();
    try {
      String token = key.sign(Json.mapper().writeValueAsBytes(claims));
      return new Signal(id, now, stream, type, agentId, token, Extra.NONE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
