package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Saved objects as NDJSON for {@code POST /api/saved_objects/_import}: the data views, the panels,
 * the dashboard, a line each.
 *
 * <p>Every object carries the lowest version its content is right for, because Kibana migrates
 * older objects and refuses newer ones.
 */
public final class SavedObjects {
  private static final String CORE = "8.8.0";
  private static final String DATA_VIEW = "index-pattern";
  private static final String SEARCH_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index";

  private SavedObjects() {}

  /** The file {@code kibana/countermand.ndjson}. */
  public static String ndjson() {
    return ndjson(FleetAndContainment.dashboard());
  }

  static String ndjson(Dashboard dashboard) {
    List<ObjectNode> objects = new ArrayList<>();
    dashboard.panels().stream()
        .map(placed -> placed.panel().view())
        .distinct()
        .forEach(view -> objects.add(dataView(view)));
    dashboard.panels().forEach(placed -> objects.add(panel(placed.panel())));
    objects.add(dashboard(dashboard));
    StringBuilder lines = new StringBuilder();
    objects.forEach(object -> lines.append(object).append('\n'));
    return lines.toString();
  }

  private static ObjectNode dataView(DataView view) {
    ObjectNode object = object(view.id(), DATA_VIEW, "8.0.0");
    ObjectNode formats = node();
    for (String field : view.nanoseconds()) {
      formats
          .putObject(field)
          .put("id", "duration")
          .putObject("params")
          .put("inputFormat", "nanoseconds")
          .put("outputFormat", "asMilliseconds")
          .put("outputPrecision", 0);
    }
    attributes(object)
        .put("title", view.stream().pattern())
        .put("name", view.name())
        .put("timeFieldName", "@timestamp")
        .put("allowNoIndex", true)
        .put("fields", "[]")
        .put("sourceFilters", "[]")
        .put("runtimeFieldMap", "{}")
        .put("fieldFormatMap", formats.toString());
    return object;
  }

  private static ObjectNode panel(Panel panel) {
    if (panel instanceof Chart chart) {
      ObjectNode object = object(chart.id(), "lens", "8.9.0");
      object.set("attributes", Lens.attributes(chart));
      refer(object, "indexpattern-datasource-layer-" + Lens.LAYER, DATA_VIEW, chart.view().id());
      return object;
    }
    return latest((Latest) panel);
  }

  private static ObjectNode latest(Latest latest) {
    ObjectNode object = object(latest.id(), "search", "8.0.0");
    ObjectNode attributes = attributes(object);
    attributes.put("title", latest.title()).put("description", latest.description());
    ArrayNode columns = attributes.putArray("columns");
    latest.fields().forEach(columns::add);
    attributes.putArray("sort").addArray().add("@timestamp").add("desc");
    attributes.putObject("grid");
    attributes.put("hideChart", true);
    ObjectNode source = query(Filter.kuery(latest.filters()));
    source.put("indexRefName", SEARCH_INDEX);
    searchSource(attributes, source);
    refer(object, SEARCH_INDEX, DATA_VIEW, latest.view().id());
    return object;
  }

  private static ObjectNode dashboard(Dashboard dashboard) {
    ObjectNode object = object(dashboard.id(), "dashboard", "8.9.0");
    ArrayNode panels = Json.mapper().createArrayNode();
    for (int i = 0; i < dashboard.panels().size(); i++) {
      Placed placed = dashboard.panels().get(i);
      String index = "p" + (i + 1);
      String type = placed.panel() instanceof Chart ? "lens" : "search";
      ObjectNode panel = panels.addObject().put("type", type).put("panelIndex", index);
      panel
          .putObject("gridData")
          .put("x", placed.x())
          .put("y", placed.y())
          .put("w", placed.width())
          .put("h", placed.height())
          .put("i", index);
      panel.putObject("embeddableConfig");
      panel.put("panelRefName", "panel_" + index);
      refer(object, index + ":panel_" + index, type, placed.panel().id());
    }
    ObjectNode attributes = attributes(object);
    attributes.put("title", dashboard.title()).put("description", dashboard.description());
    attributes.put("panelsJSON", panels.toString());
    attributes.put(
        "optionsJSON",
        node()
            .put("useMargins", true)
            .put("syncColors", true)
            .put("syncCursor", true)
            .put("syncTooltips", false)
            .put("hidePanelTitles", false)
            .toString());
    attributes.put("timeRestore", true).put("timeFrom", "now-24h").put("timeTo", "now");
    attributes.putObject("refreshInterval").put("pause", false).put("value", 10_000);
    attributes.put("version", 1);
    searchSource(attributes, query(""));
    return object;
  }

  private static ObjectNode query(String kuery) {
    ObjectNode source = node();
    source.putObject("query").put("query", kuery).put("language", "kuery");
    source.putArray("filter");
    return source;
  }

  private static void searchSource(ObjectNode attributes, ObjectNode source) {
    attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", source.toString());
  }

  private static ObjectNode object(String id, String type, String version) {
    ObjectNode object = node().put("id", id).put("type", type);
    object.putObject("attributes");
    object.putArray("references");
    return object
        .put("coreMigrationVersion", CORE)
        .put("typeMigrationVersion", version)
        .put("managed", false);
  }

  private static ObjectNode attributes(ObjectNode object) {
    return object.withObjectProperty("attributes");
  }

  private static void refer(ObjectNode object, String name, String type, String id) {
    object
        .withArrayProperty("references")
        .addObject()
        .put("name", name)
        .put("type", type)
        .put("id", id);
  }

  private static ObjectNode node() {
    return Json.mapper().createObjectNode();
  }
}
