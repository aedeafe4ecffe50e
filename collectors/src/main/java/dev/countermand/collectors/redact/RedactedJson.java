package dev.countermand.collectors.redact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A JSON document after redaction.
 *
 * @param document a new tree; the one given in is unchanged
 * @param secrets what was replaced; {@link Secret#path()} is the JSON pointer of the string (for a
 *     secret in an object key, the pointer of the object)
 * @param status FAILED when some strings could not be examined; those are withheld, the rest of the
 *     document stands
 */
public record RedactedJson(JsonNode document, List<Secret> secrets, Redaction.Status status) {

  public RedactedJson {
    secrets = List.copyOf(secrets);
  }
}
