package dev.countermand.dashboards.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statement by which one key of the notary takes the place of another. The old key signs it, so
 * that whoever trusts that one may trust the new one; and the new key, so that nobody hands on to a
 * key that is not there.
 *
 * @param before id of the old key
 * @param after the new key, as the line that a verifier is given
 * @param time when
 * @param sizes how many records of each log, by its key, the old one signed; what is larger it did
 *     not sign
 * @param signature of the old key
 * @param consent the signature of the new one
 */
record Rotation(
    String before,
    String after,
    Instant time,
    Map<String, Long> sizes,
    String signature,
    String consent) {
  private static final int MAX_LOGS = 100_000;

  Rotation {
    sizes = Map.copyOf(sizes);
  }

  /** Hands on from one key to another. */
  static Rotation sign(NotaryKey old, NotaryKey next, Instant time, Map<String, Long> sizes) {
    String body = new Rotation(old.id(), next.publicLine(), time, sizes, "", "").body();
    return new Rotation(old.id(), next.publicLine(), time, sizes, old.sign(body), next.sign(body));
  }

  /** What both sign; no body of a checkpoint begins like it. */
  String body() {
    StringBuilder body =
        new StringBuilder("countermand-notary/rotation\n")
            .append(before)
            .append('\n')
            .append(after)
            .append('\n')
            .append(time)
            .append('\n');
    new TreeMap<>(sizes)
        .forEach((log, size) -> body.append(log).append(' ').append(size).append('\n'));
    return body.toString();
  }

  ObjectNode json() {
    ObjectNode node =
        Json.mapper()
            .createObjectNode()
            .put("before", before)
            .put("after", after)
            .put("time", time.toString());
    ObjectNode all = node.putObject("sizes");
    new TreeMap<>(sizes).forEach(all::put);
    return node.put("signature", signature).put("consent", consent);
  }

  /**
   * Reads a statement; its signatures are not looked at.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Rotation of(JsonNode node) {
    if (!node.path("sizes").isObject() || node.path("sizes").size() > MAX_LOGS) {
      throw new IllegalArgumentException("it is no statement of a rotation");
    }
    Map<String, Long> sizes = new TreeMap<>();
    node.path("sizes")
        .fields()
        .forEachRemaining(one -> sizes.put(one.getKey(), one.getValue().asLong()));
    try {
      return new Rotation(
          node.path("before").asText(),
          node.path("after").asText(),
          Instant.parse(node.path("time").asText()),
          sizes,
          node.path("signature").asText(),
          node.path("consent").asText());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it has no time", e);
    }
  }
}
