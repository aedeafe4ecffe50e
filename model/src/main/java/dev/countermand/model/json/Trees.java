package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.Map;

/**
 * Reads and writes trees as the mapper does. The mapper sets up a context for each, which costs
 * more than the word or two that most of them are.
 */
final class Trees {
  private Trees() {}

  /** Writes a tree. */
  static void write(JsonGenerator generator, JsonNode tree) throws IOException {
    switch (tree.getNodeType()) {
      case STRING -> generator.writeString(tree.textValue());
      case BOOLEAN -> generator.writeBoolean(tree.booleanValue());
      case NULL -> generator.writeNull();
      case ARRAY -> {
        generator.writeStartArray();
        for (JsonNode element : tree) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case OBJECT -> {
        generator.writeStartObject();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
          generator.writeFieldName(entry.getKey());
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      default -> {
        if (tree.isInt()) {
          generator.writeNumber(tree.intValue());
        } else {
          generator.writeTree(tree);
        }
      }
    }
  }

  /**
   * The tree that begins with the parser's token; the parser is left on its last. Objects are the
   * mapper's, which refuses a name that comes twice.
   */
  static JsonNode read(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return TextNode.valueOf(parser.getText());
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return parser.readValueAsTree();
    }
    ArrayNode array = Json.documents().createArrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser));
    }
    return array;
  }
}
