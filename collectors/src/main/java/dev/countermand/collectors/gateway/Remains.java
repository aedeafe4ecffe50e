package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.kafka.DeadLetters;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what could not be taken, redacted, as dead letters. Thread-safe. */
final class Remains {
  private static final Logger log = LoggerFactory.getLogger(Remains.class);
  private static final String STAGE = "gateway";

  private final ActionRedactor redactor;
  private final Outbox outbox;
  private final String topic;
  private final InstantSource clock;

  Remains(ActionRedactor redactor, Outbox outbox, String topic, InstantSource clock) {
    this.redactor = redactor;
    this.outbox = outbox;
    this.topic = topic;
    this.clock = clock;
  }

  /** Keeps a request, or a line of one, that was refused. Nobody waits for it. */
  void keep(String source, byte[] bytes, Refusal refusal) {
    DeadLetter letter =
        DeadLetters.of(
            STAGE,
            source,
            bytes,
            refusal.code(),
            refusal.message(),
            redacted(bytes),
            clock.instant());
    var unused = outbox.putLesser(topic, null, DeadLetter.CODEC.encode(letter));
  }

  private @Nullable String redacted(byte[] bytes) {
    try {
      String text = lenient(bytes);
      JsonNode tree = tree(text);
      if (tree != null) {
        RedactedJson redacted = redactor.redact(tree);
        return redacted.status() == Redaction.Status.COMPLETE
            ? printable(redacted.document().toString())
            : null;
      }
      Redaction redaction = redactor.redact(text);
      return redaction.status() == Redaction.Status.COMPLETE ? printable(redaction.text()) : null;
    } catch (RuntimeException | StackOverflowError e) {
      log.warn("A refused request could not be redacted, nothing of it is kept: {}", e.getClass());
      return null;
    }
  }

  // Bad bytes are left out rather than replaced: one in the middle of a token would hide it.
  private static String lenient(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.IGNORE)
          .onUnmappableCharacter(CodingErrorAction.IGNORE)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("bad bytes are ignored", e);
    }
  }

  private static @Nullable JsonNode tree(String text) {
    try {
      JsonNode tree = Json.mapper().readTree(text);
      return tree.isContainerNode() ? tree : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Without halves of characters, which have no UTF-8 form; the text may be cut after it. */
  private static String printable(String text) {
    String cut =
        text.length() <= DeadLetters.MAX_REMAINS
            ? text
            : text.substring(0, DeadLetters.MAX_REMAINS);
    return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
