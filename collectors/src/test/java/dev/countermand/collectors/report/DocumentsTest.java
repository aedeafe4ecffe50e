package dev.countermand.collectors.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.http.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static Refusal refusal(String json) {
    return catchThrowableOfType(Refusal.class, () -> Documents.object(json));
  }

  @Test
  void oddJsonIsRefusedWithoutQuotingIt() {
    assertThat(refusal("{\"a\":hunter2}").code()).isEqualTo("JSON_UNREADABLE");
    assertThat(refusal("{\"a\":hunter2}").message()).doesNotContain("hunter2");
    assertThat(refusal("{\"a\":1,\"a\":2}").code()).isEqualTo("JSON_UNREADABLE");
    assertThat(refusal("{} {}").code()).isEqualTo("JSON_UNREADABLE");
    assertThat(refusal("").code()).isEqualTo("NOT_AN_OBJECT");
    assertThat(refusal("[1]").code()).isEqualTo("NOT_AN_OBJECT");
    assertThat(refusal("[".repeat(5_000)).code()).isEqualTo("JSON_TOO_DEEP");
    assertThat(refusal("{\"a\":".repeat(70) + "1" + "}".repeat(70)).code())
        .isEqualTo("JSON_TOO_DEEP");
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] bytes = "{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xC3;
    assertThat(catchThrowableOfType(Refusal.class, () -> Documents.text(bytes)).code())
        .isEqualTo("INVALID_UTF8");
    byte[] overlong = {(byte) 0xC0, (byte) 0xAF};
    assertThat(catchThrowableOfType(Refusal.class, () -> Documents.text(overlong)).code())
        .isEqualTo("INVALID_UTF8");
  }
}
