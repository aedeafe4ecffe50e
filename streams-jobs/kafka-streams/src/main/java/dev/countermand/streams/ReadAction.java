package dev.countermand.streams;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.kafka.DeadLetters;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads an action and checks what the stores rely on: that it stands under its agent's key, and
 * that the names it brings are short.
 */
final class ReadAction implements FixedKeyProcessor<String, byte[], Processed<Arrival>> {
  private static final int MAX_ID = 128;
  private static final int MAX_NAME = 256;
  private static final int DIGEST_DIGITS = 32;

  private final ScoringMetrics metrics;
  private @Nullable FixedKeyProcessorContext<String, Processed<Arrival>> context;

  ReadAction(ScoringMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(FixedKeyProcessorContext<String, Processed<Arrival>> context) {
    this.context = context;
  }

  @Override
  public void process(FixedKeyRecord<String, byte[]> record) {
    if (context != null) {
      context.forward(record.withValue(read(context, record)));
    }
  }

  private Processed<Arrival> read(
      FixedKeyProcessorContext<?, ?> in, FixedKeyRecord<String, byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return refuse(in, record, "ACTION_EMPTY", "The record has no value.");
    }
    Action action;
    try {
      action = Action.CODEC.decode(value);
    } catch (MalformedDocumentException e) {
      return refuse(in, record, "RECORD_UNREADABLE", e.getMessage());
    }
    if (!action.agentId().equals(record.key())) {
      return refuse(in, record, "KEY_MISMATCH", "The key is not the agent of the action.");
    }
    if (tooLong(action)) {
      return refuse(in, record, "NAME_TOO_LONG", "An id, name or kind in it is too long.");
    }
    String digest = DeadLetters.sha256(value).substring(0, DIGEST_DIGITS);
    return new Processed.Good<>(new Arrival(action, digest));
  }

  private Processed<Arrival> refuse(
      FixedKeyProcessorContext<?, ?> in,
      FixedKeyRecord<String, byte[]> record,
      String code,
      @Nullable String reason) {
    DeadLetter letter = Letters.of(in, record.value(), record.timestamp(), code, reason);
    metrics.refused(letter);
    return new Processed.Refused<>(letter);
  }

  private static boolean tooLong(Action action) {
    if (action.id().length() > MAX_ID
        || action.agentId().length() > MAX_NAME
        || action.sessionId().length() > MAX_NAME) {
      return true;
    }
    for (CredentialMention mention : action.credentials()) {
      String previous = mention.previous();
      if (mention.fingerprint().length() > MAX_ID
          || (previous != null && previous.length() > MAX_ID)
          || mention.kind().length() > MAX_ID
          || mention.field().length() > MAX_NAME * MAX_NAME) {
        return true;
      }
    }
    return false;
  }
}
