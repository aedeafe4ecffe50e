package dev.countermand.dashboards.export;

import dev.countermand.model.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Identifiers of STIX objects: the same thing has the same one in every export. */
final class StixIds {
  /** STIX 2.1, section 2.9: the namespace of observables that are known by what they are. */
  private static final UUID OBSERVABLES = UUID.fromString("00abedb4-aa42-466c-9c01-fed23315a9b7");

  private StixIds() {}

  /**
   * That of an object for which STIX asks a UUID of version 4: its bits are those of a hash, so
   * that they are the same again.
   */
  static String of(String type, String name) {
    ByteBuffer hash =
        ByteBuffer.wrap(
            digest(
                "SHA-256",
                ("countermand\n" + type + "\n" + name).getBytes(StandardCharsets.UTF_8)));
    return type + "--" + uuid(hash.getLong(), hash.getLong(), 4);
  }

  /** That of a URL, version 5, by its value. */
  static String ofUrl(String url) {
    byte[] name =
        Json.mapper()
            .createObjectNode()
            .put("value", url)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(16 + name.length);
    bytes.putLong(OBSERVABLES.getMostSignificantBits());
    bytes.putLong(OBSERVABLES.getLeastSignificantBits());
    bytes.put(name);
    ByteBuffer hash = ByteBuffer.wrap(digest("SHA-1", bytes.array()));
    return "url--" + uuid(hash.getLong(), hash.getLong(), 5);
  }

  private static UUID uuid(long high, long low, int version) {
    return new UUID(
        (high & ~0xF000L) | ((long) version << 12),
        (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
