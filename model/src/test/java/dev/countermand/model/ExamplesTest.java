package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.FieldType;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  // ECS 9.4, the tables of event.kind, event.category and event.outcome.
  private static final Set<String> KINDS =
      Set.of(
          "alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal");
  private static final Set<String> CATEGORIES =
      Set.of("api", "database", "file", "iam", "intrusion_detection", "process", "session");

  @Test
  void everyRecordWithACodecHasAnExample() throws IOException {
    Path classes = Path.of("target/classes/dev/countermand/model");
    try (Stream<Path> files = Files.list(classes)) {
      Set<String> withCodec =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[A-Za-z]+\\.class"))
              .map(name -> type("dev.countermand.model." + name.replace(".class", "")))
              .filter(
                  type -> Stream.of(type.getFields()).anyMatch(f -> f.getName().equals("CODEC")))
              .map(Class::getSimpleName)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(Documents.RECORDS.stream().map(Class::getSimpleName))
          .containsExactlyInAnyOrderElementsOf(withCodec);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#all")
  void anExampleComesBackTheSame(DocumentCodec<Object> codec, ObjectNode example) {
    Object record = codec.decode(Documents.bytes(example));

    assertThat(Documents.tree(codec.encode(record))).isEqualTo(example);
    assertThat(codec.toTree(record)).isEqualTo(example);
    assertThat(codec.fromTree(example)).isEqualTo(record);
    assertThat(record.toString()).contains("extra=none");
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#all")
  void anExampleShowsEveryFieldButThoseOfOtherKindsOfAction(
      DocumentCodec<Object> codec, ObjectNode example) {
    Set<String> declared = new TreeSet<>(codec.fields().keySet());
    // A shell action has no file of its own and no output yet; a used credential has no file.
    declared.removeAll(
        codec == (Object) Action.CODEC
            ? Set.of(
                "file.path",
                "gen_ai.tool.call.result",
                "countermand.action.output_bytes",
                "countermand.credentials.file")
            : Set.of());
    assertThat(paths(example, "", codec.fields())).containsExactlyInAnyOrderElementsOf(declared);
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#all")
  void unknownFieldsSurviveAtEveryPlace(DocumentCodec<Object> codec, ObjectNode example) {
    ObjectNode newer = example.deepCopy();
    addUnknown(newer, codec.fields(), "");

    Object record = codec.decode(Documents.bytes(newer));

    assertThat(Documents.tree(codec.encode(record))).isEqualTo(newer);
    assertThat(codec.toTree(codec.fromTree(newer))).isEqualTo(newer);
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#wholes")
  void aDocumentOfANewerSchemaKeepsItsNumber(DocumentCodec<Object> codec, ObjectNode example) {
    ObjectNode newer = example.deepCopy();
    ((ObjectNode) newer.get("countermand")).put("schema", 7);

    JsonNode again = Documents.tree(codec.encode(codec.decode(Documents.bytes(newer))));

    assertThat(again.at("/countermand/schema").asInt()).isEqualTo(7);
    assertThat(again).isEqualTo(newer);
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#wholes")
  void everyWholeDocumentIsEcs(DocumentCodec<Object> codec, ObjectNode example) {
    assertThat(example.at("/ecs/version").textValue()).isEqualTo("9.4.0");
    assertThat(Instant.parse(example.get("@timestamp").textValue())).isNotNull();
    assertThat(example.at("/event/kind").textValue()).isIn(KINDS);
    assertThat(example.at("/event/module").textValue()).isEqualTo("countermand");
    // A dash would end the dataset in the name of a data stream.
    assertThat(example.at("/event/dataset").textValue()).matches("countermand\\.[a-z_]+");
    JsonNode category = example.at("/event/category");
    if (!category.isMissingNode()) {
      assertThat(category).isInstanceOf(ArrayNode.class);
      category.forEach(word -> assertThat(word.textValue()).isIn(CATEGORIES));
    }
    assertThat(example.has("agent")).as("ECS agent is the log shipper").isFalse();
    assertThat(codec.fields()).containsEntry("@timestamp", FieldType.DATE);
  }

  @Test
  void theCategoryOfAnActionFollowsItsKind() {
    ObjectNode example = Documents.example("action-1.json");
    Map<ActionKind, String> categories =
        Map.of(
            ActionKind.SHELL, "process",
            ActionKind.SQL, "database",
            ActionKind.HTTP, "api",
            ActionKind.FILE, "file",
            ActionKind.MCP, "api",
            ActionKind.TOOL, "process",
            ActionKind.SESSION, "session");
    for (ActionKind kind : ActionKind.values()) {
      ObjectNode document = example.deepCopy();
      ((ObjectNode) document.at("/countermand/action")).put("kind", kind.wireName());
      ((ObjectNode) document.get("event")).remove("category");
      JsonNode written = Action.CODEC.toTree(Action.CODEC.fromTree(document));
      assertThat(written.at("/event/category"))
          .isEqualTo(Json.words(List.of(categories.get(kind))));
    }
  }

  @Test
  void aDerivedFieldThatSaysSomethingElseIsKept() {
    ObjectNode document = Documents.example("finding-1.json");
    ((ObjectNode) document.get("event")).put("severity", 21);

    Finding finding = Finding.CODEC.fromTree(document);

    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(Finding.CODEC.toTree(finding)).isEqualTo(document);
    assertThat(Documents.tree(Finding.CODEC.encode(finding))).isEqualTo(document);
  }

  @ParameterizedTest
  @MethodSource("dev.countermand.model.Documents#all")
  void anExampleHoldsNoSecretButMarkers(DocumentCodec<Object> codec, ObjectNode example) {
    String text = example.toString();
    String rest = text.replaceAll("\\[\\[secret:[a-z-]+:k[0-9a-f]{6}:[0-9a-f]{32}]]", "");
    assertThat(rest).doesNotContain("secret:", "Bearer ey", "password=");
    if (codec == (Object) Action.CODEC) {
      assertThat(text).contains("[[secret:");
    }
  }

  private static Set<String> paths(JsonNode node, String above, Map<String, FieldType> known) {
    Set<String> all = new TreeSet<>();
    if (node.isObject() && !known.containsKey(above)) {
      node.properties()
          .forEach(
              entry ->
                  all.addAll(
                      paths(
                          entry.getValue(),
                          above.isEmpty() ? entry.getKey() : above + "." + entry.getKey(),
                          known)));
    } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
      node.forEach(element -> all.addAll(paths(element, above, known)));
    } else {
      all.add(above);
    }
    return all;
  }

  /** Adds an unknown field to every object that is not itself the value of a field. */
  private static void addUnknown(JsonNode node, Map<String, FieldType> known, String above) {
    if (node instanceof ArrayNode array) {
      array.forEach(element -> addUnknown(element, known, above));
    } else if (node instanceof ObjectNode object && !known.containsKey(above)) {
      object
          .properties()
          .forEach(
              entry ->
                  addUnknown(
                      entry.getValue(),
                      known,
                      above.isEmpty() ? entry.getKey() : above + "." + entry.getKey()));
      object.set("x_newer", Documents.tree("{\"a\":[1,2.50,null,{\"b\":true}]}".getBytes()));
      object.putNull("x_null");
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
