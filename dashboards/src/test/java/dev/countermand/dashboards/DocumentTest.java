package dev.countermand.dashboards;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.Charset;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

  private static final Origin PLACE = new Origin("countermand.actions", 3, 4_000_000_000L);

  @ParameterizedTest
  @EnumSource
  void aDocumentOfTheModelIsTakenUnderItsEventIdWithItsPlaceAndElseAsItIs(DataStream stream)
      throws Exception {
    byte[] bytes = Samples.document(stream, "id-1");

    Document document = of(bytes);

    ObjectNode tree = tree(document);
    assertThat(document.id()).isEqualTo(tree.at("/event/id").textValue());
    assertThat(Origin.of(tree)).contains(PLACE);
    ((ObjectNode) tree.path("countermand")).remove("kafka");
    assertThat(tree).isEqualTo(Json.mapper().readTree(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"event\":{\"id\":\"a\"}}",
        "{\"event\":{\"id\":\"a\"} } ",
        "{\"countermand\":{},\"event\":{\"id\":\"a\"}}",
        "{\"countermand\" : { \"x\":1},\"event\":{\"id\":\"a\"}}",
        "{\"event\":{\"id\":\"a\"},\"countermand\":{\"x\":{\"kafka\":{\"offset\":1}}}}",
        "{\"countermand.x\":1,\"countermand.kafkaesque\":2,\"event\":{\"id\":\"a\"}}",
        "{\"event\":{\"id\":\"a\"},\"é\":\"長\",\"countermand\":{\"kafkaesque\":\"\uD83D\uDE00\"}}"
      })
  void aPlaceIsPutIntoWhateverElseADocumentHolds(String text) throws Exception {
    ObjectNode tree = tree(of(utf8(text)));

    assertThat(Origin.of(tree)).contains(PLACE);
    ObjectNode before = (ObjectNode) Json.mapper().readTree(text);
    before.withObjectProperty("countermand").set("kafka", PLACE.json());
    assertThat(tree).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"countermand\":{\"kafka\":{\"topic\":\"t\",\"partition\":0,\"offset\":1}},\"event\":{\"id\":\"a\"}}",
        "{\"event\":{\"id\":\"a\"},\"countermand\":{\"x\":[{}],\"kafka\":[{\"offset\":1}]}}",
        "{\"event\":{\"id\":\"a\"},\"countermand\":{\"kafka.offset\":1,\"kafka\":null}}",
        "{\"event\":{\"id\":\"a\"},\"countermand.kafka\":{\"offset\":1}}",
        "{\"countermand.kafka.offset\":1,\"countermand\":{\"x\":1},\"event\":{\"id\":\"a\"}}",
        "{\"countermand\":{\"x\":1},\"countermand.kafka.topic\":\"t\",\"event\":{\"id\":\"a\"}}",
        "{\"countermand\":{\"\\u006bafka\":{\"offset\":1}},\"event\":{\"id\":\"a\"}}",
        "{\"countermand\":{\"kafka\":1,\"x\":\"\\ud800\"},\"event\":{\"id\":\"a\"}}"
      })
  void aRecordCannotSayItselfWhereItStands(String forged) throws Exception {
    ObjectNode tree = tree(of(utf8(forged)));

    assertThat(Origin.of(tree)).contains(PLACE);
    tree.withObjectProperty("countermand").remove("kafka");
    assertThat(names(tree)).noneMatch(name -> name.startsWith("kafka"));
    assertThat(names(tree)).noneMatch(name -> name.startsWith("countermand."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"countermand\":[{\"kafka\":{\"offset\":1}}],\"event\":{\"id\":\"a\"}}",
        "{\"countermand\":null,\"event\":{\"id\":\"a\"}}",
        "{\"countermand\":{\"x\":1},\"countermand\":{\"kafka\":1},\"event\":{\"id\":\"a\"}}"
      })
  void aDocumentInWhichNoPlaceCanBePutIsRefused(String text) {
    assertThatThrownBy(() -> of(utf8(text))).isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void anIndexedDocumentThatSaysNoWholePlaceHasNone() throws Exception {
    for (String place :
        new String[] {
          "{}",
          "{\"topic\":\"t\",\"partition\":0}",
          "{\"topic\":1,\"partition\":0,\"offset\":1}",
          "{\"topic\":\"t\",\"partition\":0.5,\"offset\":1}",
          "{\"topic\":\"t\",\"partition\":0,\"offset\":1e30}",
          "{\"topic\":\"t\",\"partition\":9999999999,\"offset\":1}"
        }) {
      assertThat(Origin.of(Json.mapper().readTree("{\"countermand\":{\"kafka\":" + place + "}}")))
          .as(place)
          .isEmpty();
    }
  }

  private static Set<String> names(JsonNode tree) {
    Set<String> names = new HashSet<>();
    tree.properties()
        .forEach(
            field -> {
              names.add(field.getKey());
              names.addAll(names(field.getValue()));
            });
    return names;
  }

  private static ObjectNode tree(Document document) throws Exception {
    assertThat(new String(document.json(), UTF_8)).doesNotContain("\n", "\r");
    return (ObjectNode) Json.mapper().readTree(document.json());
  }

  private static Document of(byte[] bytes) {
    return Document.of(
        new ConsumerRecord<>(PLACE.topic(), PLACE.partition(), PLACE.offset(), "key", bytes));
  }

  @Test
  void anIdInAnotherPlaceIsNotTheEventsId() {
    assertThat(of(utf8("{\"id\":\"a\",\"event\":{\"x\":{\"id\":\"b\"},\"id\":\"c\"}}")).id())
        .isEqualTo("c");
  }

  @Test
  void aPrettyPrintedDocumentBecomesOneLineOfTheSameMeaning() throws Exception {
    byte[] pretty = utf8("{\r\n  \"event\": {\n    \"id\": \"a\\nb\"\n  }\n}\n");

    Document document = of(pretty);

    assertThat(new String(document.json(), UTF_8)).doesNotContain("\n", "\r");
    assertThat(tree(document).path("event"))
        .isEqualTo(Json.mapper().readTree(pretty).path("event"));
    assertThat(document.id()).isEqualTo("a\nb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{\"event\":{\"id\":\"a\"}",
        "{\"event\":{\"id\":\"a\"}}\n{\"delete\":{\"_index\":\"x\",\"_id\":\"y\"}}",
        "{\"event\":{\"id\":\"a\"}} x",
        "{\"event\":{\"id\":\"a\"},\"n\":NaN}",
        "{\"event\":{\"id\":7}}",
        "{\"event\":{\"id\":\"\"}}",
        "{\"event\":\"id\"}",
        "{\"event.id\":\"a\"}"
      })
  void whatIsNoDocumentIsRefused(String text) {
    assertThatThrownBy(() -> of(utf8(text))).isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void aRecordWithoutAValueIsRefused() {
    assertThatThrownBy(() -> of(null)).isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void otherEncodingsThanUtf8AreRefused() {
    String json = "{\"event\":{\"id\":\"a\"}}";
    for (Charset charset : new Charset[] {UTF_16LE, Charset.forName("UTF-32BE")}) {
      assertThatThrownBy(() -> of(json.getBytes(charset)))
          .isInstanceOf(MalformedDocumentException.class)
          .hasMessageContaining("UTF-8");
    }
    assertThatThrownBy(
            () -> of(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void anIdLongerThanElasticsearchTakesIsRefusedBeforeItSpoilsABulk() {
    String longest = "é".repeat(256);
    assertThat(of(withId(longest)).id()).isEqualTo(longest);
    assertThatThrownBy(() -> of(withId(longest + "x")))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("512 bytes");
  }

  @Test
  void nestingBeyondTheLimitIsRefused() {
    String deep = "{\"event\":{\"id\":\"a\"},\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";
    assertThatThrownBy(() -> of(utf8(deep))).isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void theMessageDoesNotQuoteTheDocument() {
    assertThatThrownBy(() -> of(utf8("{\"event\":{\"id\":hush}}"))).hasMessageNotContaining("hush");
  }

  private static byte[] withId(String id) {
    return utf8("{\"event\":{\"id\":\"" + id + "\"}}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
