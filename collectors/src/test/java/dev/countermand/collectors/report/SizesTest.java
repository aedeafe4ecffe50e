package dev.countermand.collectors.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class SizesTest {
  @Test
  void whatHasNoTextHasNoSize() {
    assertThat(Sizes.of(null)).isNull();
    assertThat(Sizes.of(Json.mapper().createObjectNode().put("n", 1).put("s", ""))).isNull();
  }

  @Test
  void textsCountWhereverTheyStand() {
    ObjectNode document = Json.mapper().createObjectNode().put("name", "four");
    document.putArray("list").add("two").addObject().put("deep", "seven77");

    assertThat(Sizes.of(document)).isEqualTo(4 + 3 + 7);
  }

  @Property
  void aTextIsAsLargeAsInUtf8(@ForAll String text) {
    // Half of a surrogate pair is a question mark in UTF-8.
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    int bytes = whole.getBytes(StandardCharsets.UTF_8).length;

    assertThat(Sizes.of(Json.mapper().createObjectNode().put("s", whole)))
        .isEqualTo(bytes == 0 ? null : (Long) (long) bytes);
  }
}
