package dev.countermand.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionSchemaTest {
  private static final JsonNode DOCUMENT = Documents.tree("/dev/countermand/schema/action-1.json");
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema SCHEMA = REGISTRY.getSchema(DOCUMENT.toString());

  @Test
  void theSchemaItselfIsOneOfDraft202012() {
    Schema meta =
        REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(DOCUMENT.toString(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void itsExamplesAreValid() {
    assertThat(DOCUMENT.get("examples")).hasSizeGreaterThanOrEqualTo(3);
    DOCUMENT
        .get("examples")
        .forEach(example -> assertThat(problems(example.toString())).as("%s", example).isEmpty());
  }

  @Test
  void theExamplesOfAFieldAreValidForIt() {
    for (var property : DOCUMENT.get("properties").properties()) {
      Schema field = REGISTRY.getSchema(property.getValue().toString());
      property
          .getValue()
          .path("examples")
          .forEach(
              example ->
                  assertThat(field.validate(example.toString(), InputFormat.JSON))
                      .as(property.getKey())
                      .isEmpty());
    }
  }

  @Test
  void everyFieldIsDescribed() {
    DOCUMENT
        .get("properties")
        .properties()
        .forEach(
            property ->
                assertThat(property.getValue().path("description").asText())
                    .as(property.getKey())
                    .hasSizeGreaterThan(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no session          | {"agent":{"id":"a"},"phase":"attempt","tool":"sh","input":{}}
          empty session       | {"agent":{"id":"a"},"session":"","phase":"attempt","tool":"sh","input":{}}
          no phase            | {"agent":{"id":"a"},"session":"s","tool":"sh","input":{}}
          unknown phase       | {"agent":{"id":"a"},"session":"s","phase":"ATTEMPT","tool":"sh","input":{}}
          attempt, no tool    | {"agent":{"id":"a"},"session":"s","phase":"attempt","input":{}}
          no input            | {"agent":{"id":"a"},"session":"s","phase":"attempt","tool":"sh"}
          input is text       | {"agent":{"id":"a"},"session":"s","phase":"attempt","tool":"sh","input":"ls"}
          agent is text       | {"agent":"a","session":"s","phase":"attempt","tool":"sh","input":{}}
          agent without id    | {"agent":{},"session":"s","phase":"attempt","tool":"sh","input":{}}
          agent with empty id | {"agent":{"id":""},"session":"s","phase":"attempt","tool":"sh","input":{}}
          tool is a number    | {"agent":{"id":"a"},"session":"s","phase":"attempt","tool":7,"input":{}}
          unknown outcome     | {"agent":{"id":"a"},"session":"s","phase":"result","tool":"sh","input":{},"outcome":"ok"}
          time without zone   | {"agent":{"id":"a"},"session":"s","phase":"attempt","tool":"sh","input":{},"time":"2026-11-21T09:14:03"}
          time is a number    | {"agent":{"id":"a"},"session":"s","phase":"attempt","tool":"sh","input":{},"time":1795252443}
          a list              | [{"agent":{"id":"a"},"session":"s","phase":"attempt","tool":"sh","input":{}}]
          """)
  void badOnesAreInvalid(String what, String action) {
    assertThat(problems(action)).as(what).isNotEmpty();
  }

  @Test
  void anIdThatTheGatewayWouldRefuseIsInvalid() {
    String action =
        "{\"agent\":{\"id\":\"%s\"},\"session\":\"s\",\"phase\":\"notice\",\"input\":{}}";

    assertThat(problems(action.formatted("a".repeat(128)))).isEmpty();
    assertThat(problems(action.formatted("a".repeat(129)))).isNotEmpty();
    assertThat(problems(action.formatted("a b"))).isNotEmpty();
  }

  private static List<Error> problems(String action) {
    return SCHEMA.validate(
        action,
        InputFormat.JSON,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }
}
