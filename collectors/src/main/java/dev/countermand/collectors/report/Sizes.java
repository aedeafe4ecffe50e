package dev.countermand.collectors.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** How large what a source told is. */
final class Sizes {
  private Sizes() {}

  /**
   * Bytes of UTF-8 of all texts in a document, without names, numbers and what JSON adds; null for
   * no document, and where there is no text in it.
   */
  static @Nullable Long of(@Nullable JsonNode document) {
    long bytes = 0;
    Deque<JsonNode> open = new ArrayDeque<>();
    if (document != null) {
      open.push(document);
    }
    while (!open.isEmpty()) {
      JsonNode node = open.pop();
      if (node.isTextual()) {
        bytes += utf8(node.textValue());
      }
      node.forEach(open::push);
    }
    return bytes == 0 ? null : bytes;
  }

  private static long utf8(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // The two halves of a surrogate pair make four bytes.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
