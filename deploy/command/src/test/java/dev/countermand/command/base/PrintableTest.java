package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.Printable;
import dev.countermand.model.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents write is shown, and not obeyed. */
final class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00, 0x07, 0x0a, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0x061c, 0x200b, 0x200e, 0x2028,
        0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff, 0xfeff, 0xe0041
      })
  void whatATerminalObeysIsNotWritten(int codePoint) throws JsonProcessingException {
    String bad = "a" + Character.toString(codePoint) + "b";
    assertThat(Printable.text(bad)).isEqualTo("a?b");
    ObjectNode value = Json.mapper().createObjectNode().put("text", bad);
    String json = Printable.json(value.toString());
    assertThat(json.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    assertThat(Json.mapper().readTree(json)).isEqualTo(value);
  }

  @Test
  void whatIsShownStaysAsItIs() {
    String text = "rm -rf /srv/Größe/データ 🙂 \"x\"";
    assertThat(Printable.text(text)).isSameAs(text);
    String json = "{\n  \"a\" : \"Größe 🙂\"\n}";
    assertThat(Printable.json(json)).isSameAs(json);
  }

  @Test
  void whatStandsAroundSuchACharacterStaysAsItIs() {
    assertThat(Printable.text("Größe 🙂\u202e\u001b[31m 🙂")).isEqualTo("Größe 🙂??[31m 🙂");
    assertThat(Printable.json("{\"a\": \"🙂\u202eé\"}\n")).isEqualTo("{\"a\": \"🙂\\u202eé\"}\n");
  }
}
