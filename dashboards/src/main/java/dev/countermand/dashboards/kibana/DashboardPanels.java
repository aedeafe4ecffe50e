package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.model.json.Json;

/** What stands on a dashboard: its note, its panels with where they lead to, and its pickers. */
final class DashboardPanels {
  private static final String TO_DASHBOARD = "DASHBOARD_TO_DASHBOARD_DRILLDOWN";
  private static final int WIDTH = 48;

  private DashboardPanels() {}

  /** The panels; adds what they refer to to the references of the dashboard's object. */
  static ArrayNode of(Dashboard dashboard, ObjectNode object) {
    ArrayNode panels = Json.mapper().createArrayNode();
    note(panels.addObject(), dashboard.note());
    for (int i = 0; i < dashboard.panels().size(); i++) {
      Placed placed = dashboard.panels().get(i);
      String index = "p" + (i + 1);
      String type = placed.panel() instanceof Chart ? "lens" : "search";
      ObjectNode panel = panels.addObject().put("type", type).put("panelIndex", index);
      grid(panel, index, placed.x(), placed.y(), placed.width(), placed.height());
      ObjectNode config = panel.putObject("embeddableConfig");
      panel.put("panelRefName", "panel_" + index);
      SavedObjects.refer(object, index + ":panel_" + index, type, placed.panel().id());
      if (!dashboard.id().equals(AgentTimeline.ID) && showsAgents(placed.panel())) {
        leadToAgent(config, index, object);
      }
    }
    return panels;
  }

  private static void note(ObjectNode panel, String markdown) {
    panel.put("type", "visualization").put("panelIndex", "note");
    grid(panel, "note", 0, 0, WIDTH, Dashboard.NOTE_ROWS);
    ObjectNode config = panel.putObject("embeddableConfig").put("hidePanelTitles", true);
    ObjectNode visualization = config.putObject("savedVis");
    visualization.put("title", "").put("description", "").put("type", "markdown");
    visualization
        .putObject("params")
        .put("fontSize", 12)
        .put("openLinksInNewTab", false)
        .put("markdown", markdown);
    visualization.putObject("uiState");
    ObjectNode data = visualization.putObject("data");
    data.putArray("aggs");
    data.set("searchSource", SavedObjects.query(""));
  }

  private static void grid(ObjectNode panel, String index, int x, int y, int width, int height) {
    panel
        .putObject("gridData")
        .put("x", x)
        .put("y", y)
        .put("w", width)
        .put("h", height)
        .put("i", index);
  }

  private static boolean showsAgents(Panel panel) {
    return panel instanceof Chart chart
        && chart.columns().stream()
            .anyMatch(column -> column instanceof Top top && top.field().equals(Parts.AGENT));
  }

  /** Who chooses an agent in a chart is offered its timeline. */
  private static void leadToAgent(ObjectNode config, String index, ObjectNode object) {
    String event = index + "-to-agent";
    ObjectNode drilldown =
        config
            .putObject("enhancements")
            .putObject("dynamicActions")
            .putArray("events")
            .addObject()
            .put("eventId", event);
    drilldown.putArray("triggers").add("FILTER_TRIGGER");
    ObjectNode action = drilldown.putObject("action");
    action.put("name", "Show the agent's timeline").put("factoryId", TO_DASHBOARD);
    action
        .putObject("config")
        .put("useCurrentFilters", true)
        .put("useCurrentDateRange", true)
        .put("openInNewTab", false);
    SavedObjects.refer(
        object,
        index + ":drilldown:" + TO_DASHBOARD + ":" + event + ":dashboardId",
        "dashboard",
        AgentTimeline.ID);
  }

  /** The pickers, each a list of the values that actions have. */
  static ObjectNode pickers(Dashboard dashboard, ObjectNode object) {
    ObjectNode group = Json.mapper().createObjectNode();
    group.put("chainingSystem", "HIERARCHICAL").put("controlStyle", "oneLine");
    group.put("showApplySelections", false);
    group.put(
        "ignoreParentSettingsJSON",
        Json.mapper()
            .createObjectNode()
            .put("ignoreFilters", false)
            .put("ignoreQuery", false)
            .put("ignoreTimerange", false)
            .put("ignoreValidations", false)
            .toString());
    ObjectNode panels = Json.mapper().createObjectNode();
    for (int i = 0; i < dashboard.pickers().size(); i++) {
      Picker picker = dashboard.pickers().get(i);
      String id = "picker-" + (i + 1);
      ObjectNode panel = panels.putObject(id);
      panel.put("order", i).put("width", "medium").put("grow", true);
      panel.put("type", "optionsListControl");
      panel
          .putObject("explicitInput")
          .put("id", id)
          .put("fieldName", picker.field())
          .put("title", picker.label())
          .put("singleSelect", false);
      SavedObjects.refer(
          object,
          "controlGroup_" + id + ":optionsListDataView",
          SavedObjects.DATA_VIEW,
          DataView.ACTIONS.id());
    }
    return group.put("panelsJSON", panels.toString());
  }
}
