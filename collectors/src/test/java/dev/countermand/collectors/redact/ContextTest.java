package dev.countermand.collectors.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Secrets that only their surroundings give away, and texts that only look that way. */
class ContextTest {

  private static final Redactor REDACTOR = Redactor.standard(new TestFingerprints());

  private record Cases(List<String> texts) {}

  @TestFactory
  Stream<DynamicTest> theSecretIsCutOutAndTheRestStands() throws IOException {
    try (InputStream in = ContextTest.class.getResourceAsStream("contexts.yaml")) {
      List<String> texts = new ObjectMapper(new YAMLFactory()).readValue(in, Cases.class).texts();
      return texts.stream().map(text -> DynamicTest.dynamicTest(text, () -> check(text)));
    }
  }

  private static void check(String marked) {
    String filled = Samples.fill(marked);
    int open = filled.indexOf('«');
    int close = filled.indexOf('»');
    String text = filled.replace("«", "").replace("»", "");
    Redaction redaction = REDACTOR.redact(text);
    if (open < 0) {
      assertThat(redaction.text()).isEqualTo(text);
      return;
    }
    assertThat(redaction.secrets()).hasSize(1);
    Secret secret = redaction.secrets().get(0);
    assertThat(text.substring(secret.start(), secret.end()))
        .isEqualTo(filled.substring(open + 1, close));
    assertThat(redaction.text())
        .isEqualTo(filled.substring(0, open) + secret.marker() + filled.substring(close + 1));
  }
}
