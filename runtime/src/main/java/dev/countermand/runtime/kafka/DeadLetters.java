package dev.countermand.runtime.kafka;

import dev.countermand.model.DeadLetter;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.Ids;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Makes dead letters. Pure but for the identifier. */
public final class DeadLetters {
  /** Longest remains, in characters. */
  public static final int MAX_REMAINS = 8 * 1024;

  private DeadLetters() {}

  /**
   * For a record of a topic. Its bytes are not copied: they may hold a secret, and topic, partition
   * and offset find them again.
   */
  public static DeadLetter of(
      String stage, ConsumerRecord<?, byte[]> message, String code, String reason, Instant now) {
    byte[] bytes = message.value() == null ? new byte[0] : message.value();
    return new DeadLetter(
        message.topic() + ":" + message.partition() + ":" + message.offset(),
        now,
        stage,
        code,
        reason,
        message.topic(),
        (long) message.partition(),
        message.offset(),
        null,
        bytes.length,
        sha256(bytes),
        null,
        Extra.NONE);
  }

  /**
   * For something that never came to a topic.
   *
   * @param remains its text after redaction, or null where it could not be redacted
   */
  public static DeadLetter of(
      String stage,
      String source,
      byte[] bytes,
      String code,
      String reason,
      @Nullable String remains,
      Instant now) {
    return new DeadLetter(
        Ids.next(),
        now,
        stage,
        code,
        reason,
        null,
        null,
        null,
        source,
        bytes.length,
        sha256(bytes),
        remains == null ? null : cut(remains),
        Extra.NONE);
  }

  private static String cut(String text) {
    if (text.length() <= MAX_REMAINS) {
      return text;
    }
    boolean throughCharacter = Character.isHighSurrogate(text.charAt(MAX_REMAINS - 1));
    return text.substring(0, throughCharacter ? MAX_REMAINS - 1 : MAX_REMAINS);
  }

  /** SHA-256, lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
