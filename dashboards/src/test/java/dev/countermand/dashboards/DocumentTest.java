package dev.countermand.dashboards;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

  @ParameterizedTest
  @EnumSource
  void aDocumentOfTheModelIsTakenByteForByteUnderItsEventId(DataStream stream) throws Exception {
    byte[] bytes = Samples.document(stream, "id-1");

    Document document = Document.of(bytes);

    assertThat(document.json()).isSameAs(bytes);
    assertThat(document.id()).isEqualTo(Json.mapper().readTree(bytes).at("/event/id").textValue());
  }

  @Test
  void anIdInAnotherPlaceIsNotTheEventsId() {
    assertThat(
            Document.of(utf8("{\"id\":\"a\",\"event\":{\"x\":{\"id\":\"b\"},\"id\":\"c\"}}")).id())
        .isEqualTo("c");
  }

  @Test
  void aPrettyPrintedDocumentBecomesOneLineOfTheSameMeaning() throws Exception {
    byte[] pretty = utf8("{\r\n  \"event\": {\n    \"id\": \"a\\nb\"\n  }\n}\n");

    Document document = Document.of(pretty);

    assertThat(new String(document.json(), UTF_8)).doesNotContain("\n", "\r");
    assertThat(Json.mapper().readTree(document.json())).isEqualTo(Json.mapper().readTree(pretty));
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
    assertThatThrownBy(() -> Document.of(utf8(text)))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void aRecordWithoutAValueIsRefused() {
    assertThatThrownBy(() -> Document.of(null)).isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void otherEncodingsThanUtf8AreRefused() {
    String json = "{\"event\":{\"id\":\"a\"}}";
    for (Charset charset : new Charset[] {UTF_16LE, Charset.forName("UTF-32BE")}) {
      assertThatThrownBy(() -> Document.of(json.getBytes(charset)))
          .isInstanceOf(MalformedDocumentException.class)
          .hasMessageContaining("UTF-8");
    }
    assertThatThrownBy(
            () -> Document.of(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void anIdLongerThanElasticsearchTakesIsRefusedBeforeItSpoilsABulk() {
    String longest = "é".repeat(256);
    assertThat(Document.of(withId(longest)).id()).isEqualTo(longest);
    assertThatThrownBy(() -> Document.of(withId(longest + "x")))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("512 bytes");
  }

  @Test
  void nestingBeyondTheLimitIsRefused() {
    String deep = "{\"event\":{\"id\":\"a\"},\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";
    assertThatThrownBy(() -> Document.of(utf8(deep)))
        .isInstanceOf(MalformedDocumentException.class);
  }

  @Test
  void theMessageDoesNotQuoteTheDocument() {
    assertThatThrownBy(() -> Document.of(utf8("{\"event\":{\"id\":hush}}")))
        .hasMessageNotContaining("hush");
  }

  private static byte[] withId(String id) {
    return utf8("{\"event\":{\"id\":\"" + id + "\"}}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
