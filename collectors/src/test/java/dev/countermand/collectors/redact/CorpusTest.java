package dev.countermand.collectors.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The redactor against the evaluation corpora, which are no part of the tree. The floors stand just
 * under what is reached, so that a change for the worse fails.
 */
class CorpusTest {

  private static final Redactor REDACTOR = Redactor.standard(new TestFingerprints());

  @Test
  void mostSecretsOfTheScannersOwnTestsAreFound() throws IOException {
    int found = 0;
    List<JsonNode> rows = rows("secrets-positive.jsonl.gz");
    for (JsonNode row : rows) {
      String text = row.get("text").asText();
      Redaction redaction = REDACTOR.redact(text);
      boolean left = false;
      for (JsonNode expected : row.path("expected_secret")) {
        left |= text.contains(expected.asText()) && redaction.text().contains(expected.asText());
      }
      if (!redaction.secrets().isEmpty() && !left) {
        found++;
      }
    }
    assertThat((double) found / rows.size()).isGreaterThanOrEqualTo(0.957);
  }

  @Test
  void fewTextsWithoutASecretAreTouched() throws IOException {
    int touched = 0;
    int strong = 0;
    for (JsonNode row : rows("secrets-negative.jsonl.gz")) {
      if (row.path("strength").asText().startsWith("weak")) {
        continue;
      }
      strong++;
      touched += REDACTOR.redact(row.get("text").asText()).secrets().isEmpty() ? 0 : 1;
    }
    assertThat((double) touched / strong).isLessThanOrEqualTo(0.142);
  }

  @Test
  void recordedWorkOfBenignAgentsIsHardlyTouched() throws IOException {
    int touched = 0;
    List<JsonNode> rows = rows("agent-traces.jsonl.gz");
    for (JsonNode row : rows) {
      touched += REDACTOR.redact(row).secrets().isEmpty() ? 0 : 1;
    }
    assertThat((double) touched / rows.size()).isLessThanOrEqualTo(0.02);
  }

  private static List<JsonNode> rows(String name) throws IOException {
    Path file = corpus(name);
    Assumptions.assumeTrue(file != null, "skipped: ../shared/corpora/" + name + " is not here");
    List<JsonNode> rows = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(json.readTree(line));
      }
    }
    return rows;
  }

  private static @Nullable Path corpus(String name) {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    for (; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("shared/corpora").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
