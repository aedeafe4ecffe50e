package dev.countermand.dashboards;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Puts the place a record has in Kafka into its document, as {@code countermand.kafka}: between the
 * bytes where nothing in the document could be taken for it, else by the tree, without what is in
 * the way. Whoever writes a record cannot forge where it stands.
 */
final class Placement {
  private static final String OURS = "countermand";
  private static final String PLACE = "kafka";

  /** There is no {@code countermand} in the document. */
  private static final int NOWHERE = -1;

  /** Something in the document could be taken for its place, or would be in the way of it. */
  private static final int TAKEN = -2;

  // An agent can send half of a surrogate pair, which has no UTF-8: it is written as an escape.
  private static final ObjectWriter ESCAPING =
      Json.mapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private Placement() {}

  /** Looks, while a document is read, where its place could be put. */
  static final class Search {
    private int found = NOWHERE;

    /**
     * Whether the parser, which is at a name of the outermost object, is at one that matters here.
     * It is then left at the end of that field.
     */
    boolean isIn(JsonParser parser) throws IOException {
      String name = parser.currentName();
      if (!name.startsWith(OURS)) {
        return false;
      }
      if (name.length() > OURS.length()) {
        found = isPlace(name, OURS + "." + PLACE) ? TAKEN : found;
        return false;
      }
      if (parser.nextToken() != JsonToken.START_OBJECT || found != NOWHERE) {
        found = TAKEN;
        parser.skipChildren();
        return true;
      }
      found = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
      // Without a field after it, the comma would be in the way.
      boolean isTaken = parser.nextToken() == JsonToken.END_OBJECT;
      for (int depth = 1; depth > 0; parser.nextToken()) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.FIELD_NAME) {
          isTaken |= depth == 1 && isPlace(parser.currentName(), PLACE);
        } else if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd() && --depth == 0) {
          break;
        }
      }
      found = isTaken ? TAKEN : found;
      return true;
    }

    /** Where its own fields begin, or one of the two that say why not. */
    int found() {
      return found;
    }
  }

  /** The document with its place; on one line as it was. */
  static byte[] in(byte[] line, int found, Origin origin) {
    String place = origin.json().toString();
    if (found > 0 && line[found - 1] == '{') {
      return inserted(line, found, "\"" + PLACE + "\":" + place + ",");
    }
    if (found == NOWHERE) {
      return inserted(line, end(line), ",\"" + OURS + "\":{\"" + PLACE + "\":" + place + "}");
    }
    return replaced(line, origin);
  }

  /** Where the outermost object ends. It has an id, so something is before that. */
  private static int end(byte[] line) {
    int at = line.length - 1;
    while (line[at] != '}') {
      at--;
    }
    return at;
  }

  private static byte[] inserted(byte[] line, int at, String text) {
    byte[] more = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[line.length + more.length];
    System.arraycopy(line, 0, all, 0, at);
    System.arraycopy(more, 0, all, at, more.length);
    System.arraycopy(line, at, all, at + more.length, line.length - at);
    return all;
  }

  private static byte[] replaced(byte[] line, Origin origin) {
    try {
      ObjectNode document = (ObjectNode) Json.mapper().readTree(line);
      removeFrom(document, OURS + "." + PLACE);
      JsonNode ours = document.path(OURS);
      if (!ours.isMissingNode() && !ours.isObject()) {
        throw new MalformedDocumentException(OURS, "is not an object");
      }
      ObjectNode own = document.withObjectProperty(OURS);
      removeFrom(own, PLACE);
      own.set(PLACE, origin.json());
      return ESCAPING.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("", "the record is not readable JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeFrom(ObjectNode node, String place) {
    node.properties().removeIf(field -> isPlace(field.getKey(), place));
  }

  /** Whether Elasticsearch would take a name for the place: a dot in it is a step, too. */
  private static boolean isPlace(String name, String place) {
    return name.startsWith(place)
        && (name.length() == place.length() || name.charAt(place.length()) == '.');
  }
}
