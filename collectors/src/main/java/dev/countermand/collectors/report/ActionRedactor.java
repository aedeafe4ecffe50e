package dev.countermand.collectors.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.collectors.redact.RedactedJson;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.redact.Redactor;

/** What the gateway needs of a redactor. Implementations are safe for use by many threads. */
public interface ActionRedactor {
  /** The text without its secrets. */
  Redaction redact(String text);

  /** A new tree without the secrets of this one. */
  RedactedJson redact(JsonNode document);

  /** The real one. */
  static ActionRedactor of(Redactor redactor) {
    return new ActionRedactor() {
      @Override
      public Redaction redact(String text) {
        return redactor.redact(text);
      }

      @Override
      public RedactedJson redact(JsonNode document) {
        return redactor.redact(document);
      }
    };
  }
}
