package dev.countermand.collectors.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what sources send, strictly: every oddity is a {@link Refusal} that names the field. */
public final class Documents {
  /**
   * Deepest nesting of a request. Below {@link Json#MAX_DEPTH}, because an action holds the input a
   * few levels down and every reader must be able to read it.
   */
  public static final int MAX_DEPTH = 64;

  private Documents() {}

  /**
   * The text of a body.
   *
   * @throws Refusal INVALID_UTF8
   */
  public static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(400, "INVALID_UTF8", "The body is not valid UTF-8. Send JSON in UTF-8.");
    }
  }

  /**
   * The JSON object of a text.
   *
   * @throws Refusal JSON_UNREADABLE, JSON_TOO_DEEP, NOT_AN_OBJECT
   */
  public static ObjectNode object(String text) {
    JsonNode tree = tree(text);
    if (!(tree instanceof ObjectNode object)) {
      throw new Refusal(400, "NOT_AN_OBJECT", "The body is not a JSON object.");
    }
    if (deeper(object, MAX_DEPTH)) {
      throw tooDeep();
    }
    return mayHoldLoneSurrogates(text) ? (ObjectNode) repaired(object) : object;
  }

  private static JsonNode tree(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (StreamConstraintsException e) {
      throw tooDeep();
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      // The parser's own message quotes the input.
      throw new Refusal(
          400, "JSON_UNREADABLE", "The body is not readable JSON" + where + ". Send one object.");
    }
  }

  private static Refusal tooDeep() {
    return new Refusal(
        400,
        "JSON_TOO_DEEP",
        "The JSON is nested deeper than "
            + MAX_DEPTH
            + " levels, or a number or name is too long.");
  }

  private static boolean deeper(JsonNode node, int levels) {
    if (!node.isContainerNode()) {
      return false;
    }
    if (levels == 0) {
      return true;
    }
    for (JsonNode child : node) {
      if (deeper(child, levels - 1)) {
        return true;
      }
    }
    return false;
  }

  // Agents cut texts between the two halves of a character; a half has no UTF-8 form.
  private static boolean mayHoldLoneSurrogates(String text) {
    return text.contains("\\ud") || text.contains("\\uD");
  }

  private static JsonNode repaired(JsonNode node) {
    if (node.isTextual()) {
      return TextNode.valueOf(repaired(node.textValue()));
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.mapper().createObjectNode();
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        copy.set(repaired(entry.getKey()), repaired(entry.getValue()));
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Json.mapper().createArrayNode();
      array.forEach(element -> copy.add(repaired(element)));
      return copy;
    }
    return node;
  }

  static String repaired(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                repaired.appendCodePoint(
                    point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? 0xFFFD
                        : point));
    return repaired.toString();
  }

  /**
   * A string field, or null when it is absent or null.
   *
   * @throws Refusal FIELD_WRONG_TYPE, FIELD_TOO_LONG
   */
  public static @Nullable String findText(ObjectNode object, String field, int maxLength) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrongType(field, "a string");
    }
    if (value.textValue().length() > maxLength) {
      throw new Refusal(
          400,
          "FIELD_TOO_LONG",
          "The field " + field + " is longer than " + maxLength + " characters.");
    }
    return value.textValue();
  }

  /**
   * A string field that must be there.
   *
   * @throws Refusal FIELD_MISSING, FIELD_WRONG_TYPE, FIELD_TOO_LONG
   */
  public static String text(ObjectNode object, String field, int maxLength) {
    String value = findText(object, field, maxLength);
    if (value == null || value.isEmpty()) {
      throw missing(field);
    }
    return value;
  }

  /** A field is absent. */
  public static Refusal missing(String field) {
    return new Refusal(400, "FIELD_MISSING", "The field " + field + " is missing.");
  }

  /** A field is of another type than it should be. */
  public static Refusal wrongType(String field, String expected) {
    return new Refusal(
        400, "FIELD_WRONG_TYPE", "The field " + field + " must be " + expected + ".");
  }

  /** The value itself when it is an object, or an object with the value under {@code value}. */
  public static ObjectNode wrapped(JsonNode value) {
    return value instanceof ObjectNode object
        ? object
        : Json.mapper().createObjectNode().set("value", value);
  }
}
