package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/** The one JSON mapper. Thread-safe; its limits bound what a hostile document can cost. */
public final class Json {
  /** Deepest nesting that is read; agents' tool inputs stay far below it. */
  public static final int MAX_DEPTH = 100;

  /** Longest string that is read, in characters. */
  public static final int MAX_STRING = 4 * 1024 * 1024;

  /** Longest name of a field that is read, in characters. */
  public static final int MAX_NAME = 8_192;

  /** Longest number that is read, in characters. */
  public static final int MAX_NUMBER = 100;

  /** Deepest nesting of a record's document: a tool input of {@link #MAX_DEPTH} fits in. */
  static final int MAX_DOCUMENT_DEPTH = MAX_DEPTH + 28;

  // A float is kept with all its digits: what came in is evidence.
  private static final ObjectMapper MAPPER =
      builder(MAX_DEPTH, MAX_STRING, MAX_NAME, MAX_NUMBER)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  // Redaction makes strings and names longer and a record puts its parts deeper: what was read of
  // an agent must be readable again inside a record, or a hostile input could hide from scoring.
  private static final ObjectMapper DOCUMENTS =
      builder(MAX_DOCUMENT_DEPTH, 4 * MAX_STRING, 16 * MAX_NAME, 2 * MAX_NUMBER).build();

  private Json() {}

  /** The shared mapper. A document with a key twice, or with text after its end, is refused. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** The mapper of records; it reads a value in the middle of a document. */
  static ObjectMapper documents() {
    return DOCUMENTS;
  }

  /** A list of words as JSON. */
  public static ArrayNode words(List<String> words) {
    ArrayNode array = MAPPER.createArrayNode();
    words.forEach(array::add);
    return array;
  }

  private static JsonMapper.Builder builder(int depth, int string, int name, int number) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxStringLength(string)
                        .maxNumberLength(number)
                        .maxNameLength(name)
                        .build())
                .build())
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);
  }
}
