package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.FieldType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexTemplateTest {
  private static final Set<String> CORE_TYPES =
      Set.of("keyword", "text", "date", "long", "double", "boolean", "flattened");

  private static final Map<FieldType, Set<String>> FITTING =
      Map.of(
          FieldType.KEYWORD, Set.of("keyword", "text", "wildcard", "match_only_text"),
          FieldType.DATE, Set.of("date"),
          FieldType.LONG, Set.of("long"),
          FieldType.DOUBLE, Set.of("double"),
          FieldType.BOOLEAN, Set.of("boolean"),
          FieldType.TREE, Set.of("flattened"),
          FieldType.MAP, Set.of("flattened"));

  @ParameterizedTest
  @EnumSource
  void everyFieldOfTheModelIsMappedToAFittingType(DataStream stream) {
    for (ServerFeatures features : ServerFeatures.extremes()) {
      stream
          .fields()
          .forEach(
              (path, type) ->
                  assertThat(IndexTemplate.typeOf(stream, features, path))
                      .as("%s of %s for %s", path, stream, features)
                      .isIn(FITTING.get(type)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerWithoutModulesGetsCoreTypesOnly(DataStream stream) {
    Set<String> types = new TreeSet<>();
    collectTypes(IndexTemplate.mappings(stream, ServerFeatures.CORE), types);
    assertThat(types).isNotEmpty().isSubsetOf(CORE_TYPES);
  }

  @ParameterizedTest
  @EnumSource
  void nothingAnAgentSendsAddsFields(DataStream stream) {
    JsonNode mappings =
        IndexTemplate.of(stream, ServerFeatures.FULL, Optional.empty()).at("/template/mappings");
    assertThat(mappings.path("dynamic").booleanValue()).isFalse();
    assertThat(mappings.path("dynamic").isBoolean()).isTrue();
  }

  @Test
  void aCommandLineIsSearchedByWhatItContainsOnAFullServer() {
    assertThat(IndexTemplate.typeOf(DataStream.ACTION, ServerFeatures.FULL, "process.command_line"))
        .isEqualTo("wildcard");
    assertThat(IndexTemplate.typeOf(DataStream.ACTION, ServerFeatures.CORE, "process.command_line"))
        .isEqualTo("keyword");
  }

  @Test
  void theNamesOfTheDataStreamsAreThoseOfTheDesign() {
    assertThat(DataStream.ACTION.in("default")).isEqualTo("logs-countermand.action-default");
    assertThat(DataStream.FINDING.in("x")).isEqualTo("logs-countermand.finding-x");
    assertThat(DataStream.OUTCOME.pattern()).isEqualTo("logs-countermand.outcome-*");
  }

  private static void collectTypes(JsonNode properties, Set<String> types) {
    properties
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (entry.getKey().equals("type") && value.isTextual()) {
                types.add(value.textValue());
              } else if (value.isObject()) {
                collectTypes(value, types);
              }
            });
  }
}
