package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.IndexTemplate;
import dev.countermand.dashboards.IndexTemplate.Dialect;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Percentile;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SavedObjectsTest {
  private static final Path FILE = Path.of("kibana", "countermand.ndjson");
  private static final Dashboard DASHBOARD = FleetAndContainment.dashboard();

  /** {@code -Dkibana.write} writes the file instead. */
  @Test
  void theFileInTheTreeIsWhatTheDefinitionsSay() throws Exception {
    if (System.getProperty("kibana.write") != null) {
      Files.writeString(FILE, SavedObjects.ndjson());
    }
    assertThat(Files.readString(FILE))
        .as("write it with: mvn -pl dashboards test -Dtest=SavedObjectsTest -Dkibana.write")
        .isEqualTo(SavedObjects.ndjson());
  }

  @Test
  void everyReferenceLeadsToAnObjectOfItsTypeEarlierInTheFile() throws Exception {
    Set<String> seen = new HashSet<>();
    int references = 0;
    for (JsonNode object : objects()) {
      for (JsonNode reference : object.path("references")) {
        references++;
        assertThat(seen).contains(key(reference));
      }
      assertThat(seen.add(key(object))).as("%s is there once", key(object)).isTrue();
    }
    assertThat(references).isEqualTo(2 * DASHBOARD.panels().size());
  }

  @Test
  void everyNameThatStandsForAReferenceIsAmongTheReferencesOfItsObject() throws Exception {
    for (JsonNode object : objects()) {
      List<String> names = new ArrayList<>();
      object.path("references").forEach(reference -> names.add(reference.path("name").asText()));
      List<String> used = new ArrayList<>();
      JsonNode attributes = object.path("attributes");
      switch (object.path("type").asText()) {
        case "lens" ->
            attributes
                .at("/state/datasourceStates/formBased/layers")
                .fieldNames()
                .forEachRemaining(layer -> used.add("indexpattern-datasource-layer-" + layer));
        case "search" ->
            used.add(
                text(attributes, "/kibanaSavedObjectMeta/searchSourceJSON")
                    .path("indexRefName")
                    .asText());
        case "dashboard" ->
            text(attributes, "/panelsJSON")
                .forEach(
                    panel ->
                        used.add(
                            panel.path("panelIndex").asText()
                                + ":"
                                + panel.path("panelRefName").asText()));
        default -> assertThat(object.path("type").asText()).isEqualTo("index-pattern");
      }
      assertThat(used).containsExactlyElementsOf(names);
    }
  }

  @Test
  void everyColumnAChartDrawsIsAColumnOfItsLayer() throws Exception {
    int drawn = 0;
    for (JsonNode object : objects()) {
      JsonNode layer =
          object.at("/attributes/state/datasourceStates/formBased/layers/" + Lens.LAYER);
      JsonNode visualization = object.at("/attributes/state/visualization");
      List<JsonNode> names = new ArrayList<>();
      names.addAll(visualization.findValues("xAccessor"));
      names.addAll(visualization.findValues("splitAccessor"));
      names.addAll(visualization.findValues("metricAccessor"));
      names.addAll(visualization.findValues("columnId"));
      visualization.findValues("accessors").forEach(list -> list.forEach(names::add));
      for (JsonNode name : names) {
        drawn++;
        assertThat(layer.path("columns").has(name.asText())).as("%s", name).isTrue();
      }
      assertThat(layer.path("columnOrder")).hasSameSizeAs(layer.path("columns"));
    }
    assertThat(drawn).isGreaterThanOrEqualTo(20);
  }

  @Test
  void everyFieldAPanelUsesIsInTheMappingWithATypeThatSuitsItsUse() {
    for (Placed placed : DASHBOARD.panels()) {
      Panel panel = placed.panel();
      panel.filters().forEach(f -> assertType(panel, f.field(), "keyword", "boolean"));
      if (panel instanceof Latest latest) {
        latest.fields().forEach(f -> assertType(panel, f, "keyword", "text", "match_only_text"));
      } else if (panel instanceof Chart chart) {
        chart.columns().forEach(column -> assertColumn(chart, column));
      }
      assertType(panel, "@timestamp", "date");
      panel.view().nanoseconds().forEach(field -> assertType(panel, field, "long"));
    }
  }

  private static void assertColumn(Chart chart, Column column) {
    if (column instanceof Top top) {
      assertType(chart, top.field(), "keyword");
    } else if (column instanceof Distinct distinct) {
      assertType(chart, distinct.field(), "keyword");
    } else if (column instanceof Percentile percentile) {
      assertType(chart, percentile.field(), "long", "double");
    } else if (column instanceof Greatest greatest) {
      assertType(chart, greatest.field(), "long", "double");
    }
  }

  private static void assertType(Panel panel, String field, String... types) {
    for (Dialect dialect : Dialect.values()) {
      assertThat(IndexTemplate.typeOf(panel.view().stream(), dialect, field))
          .as("%s, used by %s", field, panel.title())
          .isIn((Object[]) types);
    }
  }

  @Test
  void panelsLieOnTheGridAndOnNoOther() {
    Set<Long> cells = new HashSet<>();
    for (Placed placed : DASHBOARD.panels()) {
      assertThat(placed.x() + placed.width()).isLessThanOrEqualTo(48);
      for (int x = placed.x(); x < placed.x() + placed.width(); x++) {
        for (int y = placed.y(); y < placed.y() + placed.height(); y++) {
          assertThat(cells.add(x * 1_000L + y)).as(placed.panel().title()).isTrue();
        }
      }
    }
  }

  @Test
  void whatKibanaWantsAsTextIsTextOfJson() throws Exception {
    for (JsonNode object : objects()) {
      JsonNode attributes = object.path("attributes");
      switch (object.path("type").asText()) {
        case "index-pattern" -> {
          text(attributes, "/fields");
          text(attributes, "/runtimeFieldMap");
          text(attributes, "/fieldFormatMap");
          text(attributes, "/sourceFilters");
        }
        case "dashboard" -> {
          text(attributes, "/panelsJSON");
          text(attributes, "/optionsJSON");
          text(attributes, "/kibanaSavedObjectMeta/searchSourceJSON");
        }
        default -> {}
      }
    }
  }

  private static List<JsonNode> objects() throws Exception {
    String file = SavedObjects.ndjson();
    assertThat(file).endsWith("\n");
    List<JsonNode> objects = new ArrayList<>();
    for (String line : file.split("\n")) {
      objects.add(Json.mapper().readTree(line));
    }
    return objects;
  }

  private static JsonNode text(JsonNode node, String pointer) throws Exception {
    assertThat(node.at(pointer).isTextual()).as(pointer).isTrue();
    return Json.mapper().readTree(node.at(pointer).textValue());
  }

  private static String key(JsonNode object) {
    return object.path("type").asText() + "/" + object.path("id").asText();
  }
}
