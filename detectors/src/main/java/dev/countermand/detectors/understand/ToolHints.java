package dev.countermand.detectors.understand;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Verb;
import org.jspecify.annotations.Nullable;

/**
 * What an MCP server says of its tool by annotations. They are hints of somebody who is not trusted
 * (Model Context Protocol 2025-06-18, Tools): they may make a reading graver, and speak where the
 * name says nothing, but never make what the name says harmless.
 *
 * @param readOnly {@code readOnlyHint}; null when it is not given
 * @param destructive {@code destructiveHint}; null when it is not given
 */
record ToolHints(@Nullable Boolean readOnly, @Nullable Boolean destructive) {
  static final ToolHints NONE = new ToolHints(null, null);

  static ToolHints of(@Nullable JsonNode annotations) {
    return annotations == null
        ? NONE
        : new ToolHints(flag(annotations, "readOnlyHint"), flag(annotations, "destructiveHint"));
  }

  private static @Nullable Boolean flag(JsonNode annotations, String name) {
    JsonNode value = annotations.path(name);
    return value.isBoolean() ? value.asBoolean() : null;
  }

  /** Whether the server itself says that the tool may destroy. */
  boolean saysDestructive() {
    return Boolean.TRUE.equals(destructive) && !Boolean.TRUE.equals(readOnly);
  }

  /** The verb for a tool whose name says nothing; null when the hints say nothing either. */
  @Nullable Verb verb() {
    if (Boolean.TRUE.equals(readOnly)) {
      return Verb.READ;
    }
    if (saysDestructive()) {
      return Verb.DELETE;
    }
    return Boolean.FALSE.equals(destructive) ? Verb.WRITE : null;
  }
}
