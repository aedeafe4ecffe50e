package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.IndexTemplate;
import dev.countermand.dashboards.ServerFeatures;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Newest;
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
  private static final String[] SHOWN = {"keyword", "text", "match_only_text", "wildcard"};
  private static final Path FILE = Path.of("kibana", "countermand.ndjson");

  private static List<Placed> placed() {
    return Dashboards.all().stream().flatMap(dashboard -> dashboard.panels().stream()).toList();
  }

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
    int pickers = Dashboards.all().stream().mapToInt(one -> one.pickers().size()).sum();
    assertThat(references).isGreaterThan(2 * placed().size() + pickers);
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
        case "dashboard" -> used.addAll(usedByDashboard(attributes));
        default -> assertThat(object.path("type").asText()).isEqualTo("index-pattern");
      }
      assertThat(used).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  private static List<String> usedByDashboard(JsonNode attributes) throws Exception {
    List<String> used = new ArrayList<>();
    for (JsonNode panel : text(attributes, "/panelsJSON")) {
      String prefix = panel.path("panelIndex").asText() + ":";
      if (panel.has("panelRefName")) {
        used.add(prefix + panel.path("panelRefName").asText());
      }
      for (JsonNode event : panel.at("/embeddableConfig/enhancements/dynamicActions/events")) {
        String factory = event.at("/action/factoryId").asText();
        String id = event.path("eventId").asText();
        used.add(prefix + "drilldown:" + factory + ":" + id + ":dashboardId");
      }
    }
    text(attributes, "/controlGroupInput/panelsJSON")
        .fieldNames()
        .forEachRemaining(id -> used.add("controlGroup_" + id + ":optionsListDataView"));
    return used;
  }

  @Test
  void everyChartOfAgentsLeadsToTheTimelineOfOneAndSoDoesEveryName() throws Exception {
    for (Dashboard dashboard : Dashboards.all()) {
      JsonNode object =
          objects().stream()
              .filter(one -> one.path("id").asText().equals(dashboard.id()))
              .findFirst()
              .orElseThrow();
      boolean hasAgents =
          dashboard.panels().stream()
              .map(Placed::panel)
              .anyMatch(panel -> panel instanceof Chart c && groupsByAgent(c));
      boolean leads = object.path("references").findValuesAsText("id").contains(AgentTimeline.ID);
      assertThat(leads).as(dashboard.title()).isEqualTo(hasAgents);
    }
    for (JsonNode object : objects()) {
      if (object.path("type").asText().equals("index-pattern")) {
        JsonNode link = text(object.path("attributes"), "/fieldFormatMap").path(Parts.AGENT);
        assertThat(link.at("/params/urlTemplate").asText()).contains(AgentTimeline.ID, "{{value}}");
      }
    }
  }

  private static boolean groupsByAgent(Chart chart) {
    return chart.columns().stream()
        .anyMatch(column -> column instanceof Top top && top.field().equals(Parts.AGENT));
  }

  @Test
  void everyTitleIsAQuestionAndEveryEmptyPanelSaysWhatThatMeans() {
    for (Placed placed : placed()) {
      assertThat(placed.panel().title()).endsWith("?");
      assertThat(placed.panel().whenEmpty()).endsWith(".");
    }
    for (Dashboard dashboard : Dashboards.all()) {
      assertThat(dashboard.note()).contains("countermand doctor");
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
    Dashboards.all().stream()
        .flatMap(dashboard -> dashboard.pickers().stream())
        .forEach(picker -> assertType(DataView.ACTIONS, "a picker", picker.field(), "keyword"));
    for (Placed placed : placed()) {
      Panel panel = placed.panel();
      panel.filters().forEach(f -> assertType(panel, f.field(), "keyword", "boolean"));
      if (panel instanceof Latest latest) {
        latest.fields().forEach(f -> assertType(panel, f, SHOWN));
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
    } else if (column instanceof Newest newest) {
      assertType(chart, newest.field(), "long", "double");
    }
  }

  private static void assertType(Panel panel, String field, String... types) {
    assertType(panel.view(), panel.title(), field, types);
  }

  private static void assertType(DataView view, String user, String field, String... types) {
    for (ServerFeatures features : ServerFeatures.extremes()) {
      assertThat(IndexTemplate.typeOf(view.stream(), features, field))
          .as("%s, used by %s", field, user)
          .isIn((Object[]) types);
    }
  }

  @Test
  void panelsLieOnTheGridBelowTheNoteAndOnNoOther() {
    for (Dashboard dashboard : Dashboards.all()) {
      Set<Long> cells = new HashSet<>();
      for (Placed placed : dashboard.panels()) {
        assertThat(placed.x() + placed.width()).isLessThanOrEqualTo(48);
        assertThat(placed.y()).isGreaterThanOrEqualTo(Dashboard.NOTE_ROWS);
        for (int x = placed.x(); x < placed.x() + placed.width(); x++) {
          for (int y = placed.y(); y < placed.y() + placed.height(); y++) {
            assertThat(cells.add(x * 1_000L + y)).as(placed.panel().title()).isTrue();
          }
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
          text(attributes, "/controlGroupInput/ignoreParentSettingsJSON");
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
