package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Saved objects as NDJSON for {@code POST /api/saved_objects/_import}: the data views, then each
 * dashboard after its panels, a line each.
 *
 * <p>Every object carries the lowest version its content is right for, because Kibana migrates
 * older objects and refuses newer ones.
 */
public final class SavedObjects {
  private static final String CORE = "8.8.0";
  static final String DATA_VIEW = "index-pattern";
  private static final String SEARCH_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index";

  /** Relative to the application's root, so that it holds in every space. */
  private static final String TO_AGENT =
      "dashboards#/view/"
          + AgentTimeline.ID
          + "?_a=(query:(language:kuery,query:'"
          + Parts.AGENT
          + ":%22{{value}}%22'))";

  private SavedObjects() {}

  /** The file {@code kibana/countermand.ndjson}. */
  public static String ndjson() {
    StringBuilder lines = new StringBuilder();
    objects(Dashboards.all()).forEach(object -> lines.append(object).append('\n'));
    return lines.toString();
  }

  private static List<ObjectNode> objects(List<Dashboard> dashboards) {
    List<ObjectNode> objects = new ArrayList<>();
    DataView.ALL.forEach(view -> objects.add(dataView(view)));
    for (Dashboard dashboard : dashboards) {
      dashboard.panels().forEach(placed -> objects.add(panel(placed.panel())));
      objects.add(dashboard(dashboard));
    }
    return objects;
  }

  private static ObjectNode dataView(DataView view) {
    ObjectNode object = object(view.id(), DATA_VIEW, "8.0.0");
    ObjectNode formats = node();
    formats
        .putObject(Parts.AGENT)
        .put("id", "url")
        .putObject("params")
        .put("type", "a")
        .put("urlTemplate", TO_AGENT)
        .put("labelTemplate", "{{rawValue}}")
        .put("openLinkInCurrentTab", true);
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
    attributes.put("title", latest.title()).put("description", latest.whenEmpty());
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
    ObjectNode attributes = attributes(object);
    attributes.put("title", dashboard.title()).put("description", dashboard.description());
    attributes.put("panelsJSON", DashboardPanels.of(dashboard, object).toString());
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
    attributes.set("controlGroupInput", DashboardPanels.pickers(dashboard, object));
    attributes.put("version", 1);
    searchSource(attributes, query(""));
    return object;
  }

  static ObjectNode query(String kuery) {
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

  static void refer(ObjectNode object, String name, String type, String id) {
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
