package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.IndexTemplate;
import dev.countermand.dashboards.ServerFeatures;
import dev.countermand.dashboards.kibana.AlertRules.AlertRule;
import dev.countermand.dashboards.kibana.DetectionRules.DetectionRule;
import dev.countermand.model.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final Path FILE = Path.of("kibana", "detection-rules.ndjson");
  private static final Pattern ESQL = Pattern.compile("```esql\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("(?<!\")\\b[a-z_]+(?:\\.[a-z_]+)+\\b|@\\w+");

  /** {@code -Dkibana.write} writes the file instead. */
  @Test
  void theFileInTheTreeIsWhatTheDefinitionsSay() throws Exception {
    String file = DetectionRules.ndjson(rule -> false);
    if (System.getProperty("kibana.write") != null) {
      Files.writeString(FILE, file);
    }
    assertThat(Files.readString(FILE))
        .as("write it with: mvn -pl dashboards test -Dtest=RulesTest -Dkibana.write")
        .isEqualTo(file);
  }

  @Test
  void everyFieldOfARuleIsAKeyword() {
    Stream.concat(
            AlertRules.all().stream()
                .flatMap(
                    rule ->
                        rule.filters().stream()
                            .map(
                                filter ->
                                    IndexTemplate.typeOf(
                                        rule.view().stream(),
                                        ServerFeatures.FULL,
                                        filter.field()))),
            DetectionRules.all().stream()
                .flatMap(
                    rule ->
                        rule.filters().stream()
                            .map(
                                filter ->
                                    IndexTemplate.typeOf(
                                        DataStream.FINDING, ServerFeatures.FULL, filter.field()))))
        .forEach(type -> assertThat(type).isEqualTo("keyword"));
  }

  @Test
  void idsAreThereOnceAndEveryDetectionRuleSaysWhatElasticSecurityAsksFor() throws Exception {
    Set<String> ids = new HashSet<>();
    for (AlertRule rule : AlertRules.all()) {
      assertThat(ids.add(rule.id())).as(rule.id()).isTrue();
      JsonNode params = rule.create().path("params");
      assertThat(Json.mapper().readTree(params.path("esQuery").asText()).has("query")).isTrue();
    }
    for (DetectionRule rule : DetectionRules.all()) {
      JsonNode line = rule.line(false);
      for (String field :
          new String[] {
            "rule_id", "name", "description", "severity", "type", "query", "language"
          }) {
        assertThat(line.path(field).asText()).as(field).isNotEmpty();
      }
      assertThat(line.path("risk_score").asInt()).isBetween(1, 100);
      assertThat(line.at("/threat/0/technique/0/id").asText()).matches("T\\d{4}");
    }
  }

  /** A rule that searches for a name nothing has would be silent for ever. */
  @Test
  void everyRuleOfFindingsThatIsNamedIsOneThatDetectorsHave() throws Exception {
    Path detectors = Path.of("..", "detectors", "README.md");
    String known = Files.readString(detectors);
    for (DetectionRule rule : DetectionRules.all()) {
      rule.rules().forEach(id -> assertThat(known).as(id).contains("| `" + id + "` |"));
    }
  }

  @Test
  void everyFieldOfAnExampleInTheDocumentsIsInTheMappingOfWhatItReads() throws Exception {
    Matcher example = ESQL.matcher(Files.readString(Path.of("..", "docs", "kibana.md")));
    int examples = 0;
    while (example.find()) {
      examples++;
      String query = example.group(1);
      DataStream stream =
          Stream.of(DataStream.values())
              .filter(one -> query.startsWith("FROM " + one.pattern() + "\n"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(query));
      Matcher field = FIELD.matcher(query.substring(query.indexOf('\n')));
      while (field.find()) {
        assertThat(IndexTemplate.typeOf(stream, ServerFeatures.FULL, field.group()))
            .as(field.group())
            .isNotNull();
      }
    }
    assertThat(examples).isEqualTo(3);
  }
}
