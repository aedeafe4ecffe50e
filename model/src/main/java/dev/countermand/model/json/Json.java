package dev.countermand.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The one JSON mapper. Thread-safe; its limits bound what a hostile document can cost. */
public final class Json {
  /** Deepest nesting that is read; agents' tool inputs stay far below it. */
  public static final int MAX_DEPTH = 100;

  /** Longest string that is read, in characters. */
  public static final int MAX_STRING = 4 * 1024 * 1024;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_STRING)
                          .maxNumberLength(100)
                          .maxNameLength(8_192)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private Json() {}

  /** The shared mapper. A document with a key twice, or with text after its end, is refused. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }
}
