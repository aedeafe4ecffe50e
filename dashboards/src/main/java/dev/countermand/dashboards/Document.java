package dev.countermand.dashboards;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record's bytes as they can stand on one line of a bulk request, with the place the record has
 * in Kafka.
 *
 * @param id its {@code event.id}, the document's {@code _id}
 * @param json UTF-8 JSON without line breaks; must not be changed
 */
record Document(String id, byte[] json) {
  /** Elasticsearch's limit for {@code _id}; one longer makes it refuse the whole bulk. */
  private static final int MAX_ID_BYTES = 512;

  /**
   * The document in a record, without building a tree of it unless it says itself where it stands.
   * What it says of that is left out.
   *
   * @throws MalformedDocumentException when it is no JSON object, or has no usable {@code event.id}
   */
  static Document of(ConsumerRecord<?, byte[]> message) {
    byte @Nullable [] bytes = message.value();
    if (bytes == null) {
      throw new MalformedDocumentException("", "the record has no value");
    }
    byte[] line = onOneLine(bytes);
    Skim skim = skim(line);
    String id = skim.id();
    if (id == null || id.isEmpty()) {
      throw new MalformedDocumentException("event.id", "is missing");
    }
    if (id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
      throw new MalformedDocumentException("event.id", "is longer than 512 bytes");
    }
    return new Document(id, Placement.in(line, skim.ours(), Origin.of(message)));
  }

  /**
   * What is seen of a document while it is read once.
   *
   * @param ours where its own fields begin, see {@link Placement}
   */
  private record Skim(@Nullable String id, int ours) {}

  /**
   * In JSON a raw line break is white space only, so a space is the same document. Left in, it
   * would let a document go on as the next operation of the bulk.
   */
  private static byte[] onOneLine(byte[] bytes) {
    byte[] line = bytes;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == 0) {
        // The parser would take UTF-16 and UTF-32 too, which have zero bytes; a bulk does not.
        throw new MalformedDocumentException("", "the record is not UTF-8 JSON");
      }
      if (b == '\n' || b == '\r') {
        line = line == bytes ? bytes.clone() : line;
        line[i] = ' ';
      }
    }
    return line;
  }

  private static Skim skim(byte[] json) {
    String id = null;
    Placement.Search ours = new Placement.Search();
    try (JsonParser parser = Json.mapper().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedDocumentException("", "the record is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean event = parser.currentName().equals("event");
        if (ours.isIn(parser)) {
          continue;
        }
        if (parser.nextToken() == JsonToken.START_OBJECT && event) {
          id = idWithin(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new MalformedDocumentException("", "the record has text after its end");
      }
      return new Skim(id, ours.found());
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("", "the record is not readable JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String idWithin(JsonParser event) throws IOException {
    String id = null;
    while (event.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = event.currentName().equals("id");
      if (event.nextToken() == JsonToken.VALUE_STRING && wanted) {
        id = event.getText();
      } else {
        event.skipChildren();
      }
    }
    return id;
  }
}
