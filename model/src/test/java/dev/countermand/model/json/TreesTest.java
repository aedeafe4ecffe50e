package dev.countermand.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a word\"",
        "\"half a pair: \\ud800\"",
        "[]",
        "[\"a\", [\"b\", []], {\"c\": [null, true]}, 1, -7.50, 1e400, 12345678901234567890]",
        "{\"a\": {\"b\": [9007199254740993, 0.1]}, \"\\\"quoted\\\"\": null, \"e\": false}",
        "null",
        "3000000000",
        "true"
      })
  void aTreeIsReadAndWrittenAsTheMapperDoes(String json) throws IOException {
    JsonNode tree = read(json);

    assertThat(tree).isEqualTo(Json.documents().readTree(json));
    assertThat(written(tree)).isEqualTo(Json.documents().writeValueAsBytes(tree));
  }

  @Test
  void anObjectInAListMayNotHaveANameTwice() {
    assertThatThrownBy(() -> read("[{\"a\": 1, \"a\": 2}]"))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void nestingIsBounded() {
    String open = "[".repeat(Json.MAX_DOCUMENT_DEPTH + 1);

    assertThatThrownBy(() -> read(open + "]".repeat(open.length())))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aTreeThatComesInManyPiecesIsWrittenWhole() throws IOException {
    JsonNode tree = Json.words(Collections.nCopies(50_000, "a word and another"));

    assertThat(written(tree)).isEqualTo(Json.documents().writeValueAsBytes(tree));
  }

  private static JsonNode read(String json) throws IOException {
    try (JsonParser parser = Json.documents().createParser(json)) {
      parser.nextToken();
      return Trees.read(parser);
    }
  }

  private static byte[] written(JsonNode tree) throws IOException {
    Bytes out = new Bytes();
    try (JsonGenerator generator = Json.documents().createGenerator(out)) {
      Trees.write(generator, tree);
    }
    return out.toByteArray();
  }
}
