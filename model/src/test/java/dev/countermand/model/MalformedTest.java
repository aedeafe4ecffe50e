package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedTest {
  private static final String CANARY = "CANARY-in-a-value";

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#all")
  void aWrongTypeIsRefusedWithTheFieldAndWithoutTheValue(
      DocumentCodec<Object> codec, ObjectNode example) {
    codec
        .fields()
        .forEach(
            (path, type) -> {
              if (type == FieldType.TREE || isConstant(codec, path) || isInList(example, path)) {
                return;
              }
              ObjectNode broken = example.deepCopy();
              put(broken, path, Documents.tree(("[{\"x\":\"" + CANARY + "\"}]").getBytes()));
              MalformedDocumentException refusal =
                  catchThrowableOfType(
                      MalformedDocumentException.class,
                      () -> codec.decode(Documents.bytes(broken)));
              assertThat(refusal).as(path).isNotNull();
              assertThat(refusal.path()).isEqualTo(path);
              assertThat(refusal).hasMessageStartingWith(path + ": ").hasNoCause();
              assertThat(refusal.toString()).doesNotContain(CANARY);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          event.id                  | 17                    | is not a string
          @timestamp                | "CANARY-in-a-value"   | is not an instant such as 2026-11-20T10:15:30Z
          countermand.action.phase  | "CANARY-in-a-value"   | is none of attempt, result, notice
          countermand.credentials   | {"x":1}               | is not a list
          countermand.score         | "CANARY-in-a-value"   | Score is not a JSON object
          countermand.credentials   | ["CANARY-in-a-value"] | CredentialMention is not a JSON object
          countermand               | "CANARY-in-a-value"   | is not an object
          gen_ai.agent              | []                    | is not an object
          event.id                  | null                  | is missing
          """)
  void theProblemIsNamed(String path, String json, String problem) {
    ObjectNode broken = Documents.example("action-1.json");
    put(broken, path, Documents.tree(json.getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> Action.CODEC.decode(Documents.bytes(broken)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessage(path + ": " + problem);
  }

  @Test
  void aFieldInsideAListIsNamedByItsWholePath() {
    ObjectNode broken = Documents.example("action-1.json");
    ((ObjectNode) broken.at("/countermand/effects/0/resource")).put("type", 1);

    assertThatThrownBy(() -> Action.CODEC.fromTree(broken))
        .hasMessage("countermand.effects.resource.type: is not a string");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "size":99999999999999999999   | countermand.dead_letter.size: is out of the range of 64 bits
          "size":1.5                    | countermand.dead_letter.size: is not a whole number
          "size":1,"size":2             | countermand.dead_letter.size: is there twice
          "size":1,"zz":1,"zz":2        | countermand.dead_letter: has an unknown field twice
          """)
  void numbersOutOfRangeAndFieldsThatStandTwiceAreRefused(String size, String message) {
    String json =
        Documents.example("dead-letter-1.json").toString().replaceFirst("\"size\":214", size);

    assertThatThrownBy(() -> DeadLetter.CODEC.decode(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessage(message);
  }

  @Test
  void anObjectThatStandsTwiceIsRefused() {
    String json = "{\"event\":{\"id\":\"a\"},\"event\":{\"id\":\"b\"}}";

    assertThatThrownBy(() -> Action.CODEC.decode(json.getBytes(StandardCharsets.UTF_8)))
        .hasMessage("event: is there twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "shape":1e999  | countermand.baseline.shape: is out of the range of a double
          "shape":"2"    | countermand.baseline.shape: is not a number
          """)
  void aDoubleIsFinite(String shape, String message) {
    String json = Documents.example("baseline-1.json").toString().replace("\"shape\":2.5", shape);

    assertThatThrownBy(() -> Baseline.CODEC.decode(json.getBytes(StandardCharsets.UTF_8)))
        .hasMessage(message);
  }

  @Test
  void aNumberThatIsNoneIsNeverWritten() {
    Baseline baseline = Baseline.CODEC.fromTree(Documents.example("baseline-1.json"));
    Baseline endless =
        new Baseline(
            baseline.subject(),
            baseline.time(),
            baseline.feature(),
            Double.NaN,
            baseline.exposure(),
            baseline.extra());

    assertThatThrownBy(() -> Baseline.CODEC.encode(endless))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("countermand.baseline.shape is not a finite number");
  }

  @ParameterizedTest
  @CsvSource({"''", "'   '", "nul", "'[]'", "'\"x\"'", "'{'", "'{}{}'", "'{} x'", "'{\"a\":NaN}'"})
  void whatIsNoJsonObjectIsRefused(String text) {
    byte[] bytes = text.equals("nul") ? new byte[4] : text.getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> Resource.CODEC.decode(bytes))
        .isInstanceOf(MalformedDocumentException.class)
        .hasNoCause();
  }

  @Test
  void otherEncodingsThanUtf8AreRefused() {
    String json = Documents.example("resource-1.json").toString();
    byte[] broken = json.getBytes(StandardCharsets.UTF_8);
    broken[json.indexOf("vol-7f3e")] = (byte) 0xC3;

    assertThatThrownBy(() -> Resource.CODEC.decode(broken))
        .isInstanceOf(MalformedDocumentException.class);
    for (var charset :
        new java.nio.charset.Charset[] {
          StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16
        }) {
      assertThatThrownBy(() -> Resource.CODEC.decode(json.getBytes(charset)))
          .hasMessage("Resource is not UTF-8");
    }
  }

  @Test
  void anInputAsDeepAsIsReadOfAnAgentFitsIntoAnAction() {
    String deep = "{\"a\":".repeat(Json.MAX_DEPTH) + "1" + "}".repeat(Json.MAX_DEPTH);
    JsonNode input = Documents.tree(deep.getBytes(StandardCharsets.UTF_8));
    ObjectNode document = Documents.example("action-1.json");
    put(document, "gen_ai.tool.call.arguments", input);

    Action action = Action.CODEC.fromTree(document);

    assertThat(Action.CODEC.decode(Action.CODEC.encode(action))).isEqualTo(action);
  }

  @Test
  void deeperNestingIsRefusedAndDoesNotOverflow() {
    String deep = "{\"a\":".repeat(100_000);

    assertThatThrownBy(() -> Resource.CODEC.decode(deep.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void aHugeStringIsRefused() {
    String huge = "{\"type\":\"" + "x".repeat(4 * Json.MAX_STRING + 1) + "\"}";

    assertThatThrownBy(() -> Resource.CODEC.decode(huge.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedDocumentException.class)
        .message()
        .hasSizeLessThan(200);
  }

  private static boolean isConstant(DocumentCodec<Object> codec, String path) {
    return path.equals("ecs.version")
        || path.equals("countermand.schema")
        || (path.startsWith("event.")
            && java.util.Set.of("kind", "module", "dataset", "category", "severity")
                .contains(path.substring(6)));
  }

  /** Whether the path leads through a list: its elements are tested by their own codec. */
  private static boolean isInList(ObjectNode example, String path) {
    JsonNode node = example;
    for (String step : path.split("\\.")) {
      if (node instanceof ArrayNode) {
        return true;
      }
      node = node.path(step);
    }
    return false;
  }

  private static void put(ObjectNode root, String path, JsonNode value) {
    String[] steps = path.split("\\.");
    ObjectNode parent = root;
    for (int i = 0; i < steps.length - 1; i++) {
      parent = parent.withObjectProperty(steps[i]);
    }
    parent.set(steps[steps.length - 1], value);
  }
}
