package dev.countermand.dashboards.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of the tree, SHA-256 as in RFC 9162, section 2.1.1. A leaf is made of a record's place
 * and of the hash of what stands in it, so that what was moved can be told from what was changed.
 * For one thread.
 */
final class Hasher {
  /** Bytes of a hash. */
  static final int BYTES = 32;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  Hasher() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The root of a tree of nothing. */
  byte[] nothing() {
    return digest.digest();
  }

  byte[] node(byte[] left, byte[] right) {
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }

  /** The hash of a record that stands at an offset. */
  byte[] leaf(LogName log, long offset, byte[] content) {
    digest.update(LEAF);
    bytes(log.topic().getBytes(StandardCharsets.UTF_8));
    number(log.partition());
    number(offset);
    return digest.digest(content);
  }

  /** The hash of what stands in a record, wherever it stands. */
  byte[] content(ConsumerRecord<byte[], byte[]> record) {
    number(record.timestamp());
    bytes(record.key());
    bytes(record.value());
    for (Header header : record.headers()) {
      bytes(header.key().getBytes(StandardCharsets.UTF_8));
      bytes(header.value());
    }
    return digest.digest();
  }

  // Every part is preceded by its length: no two different records are the same bytes.
  private void bytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      number(-1);
    } else {
      number(bytes.length);
      digest.update(bytes);
    }
  }

  private void number(long value) {
    number.clear();
    digest.update(number.putLong(value).flip());
  }
}
