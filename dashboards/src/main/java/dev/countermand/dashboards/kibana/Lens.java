package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Newest;
import dev.countermand.dashboards.kibana.Column.PerMinute;
import dev.countermand.dashboards.kibana.Column.Percentile;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Shape;
import dev.countermand.model.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The attributes of a Lens saved object, with one layer. */
final class Lens {
  static final String LAYER = "layer";

  private Lens() {}

  static ObjectNode attributes(Chart chart) {
    ObjectNode root = object();
    root.put("title", chart.title()).put("description", chart.whenEmpty());
    root.put("visualizationType", type(chart.shape()));
    ObjectNode state = root.putObject("state");
    ObjectNode layer =
        state
            .putObject("datasourceStates")
            .putObject("formBased")
            .putObject("layers")
            .putObject(LAYER);
    ObjectNode columns = layer.putObject("columns");
    ArrayNode order = layer.putArray("columnOrder");
    for (int i = 0; i < chart.columns().size(); i++) {
      columns.set(name(i), column(chart, chart.columns().get(i)));
      order.add(name(i));
    }
    layer.putObject("incompleteColumns");
    state.set("visualization", visualization(chart));
    state.putObject("query").put("query", Filter.kuery(chart.filters())).put("language", "kuery");
    state.putArray("filters");
    state.putArray("internalReferences");
    state.putObject("adHocDataViews");
    return root;
  }

  private static String type(Shape shape) {
    return switch (shape) {
      case BARS, LYING_BARS -> "lnsXY";
      case TABLE -> "lnsDatatable";
      case NUMBER -> "lnsMetric";
    };
  }

  private static ObjectNode visualization(Chart chart) {
    return switch (chart.shape()) {
      case BARS -> bars(chart, "bar_stacked");
      case LYING_BARS -> bars(chart, "bar_horizontal_stacked");
      case TABLE -> table(chart);
      case NUMBER -> layer().put("metricAccessor", name(0));
    };
  }

  private static ObjectNode bars(Chart chart, String series) {
    ObjectNode visualization = object();
    visualization.putObject("legend").put("isVisible", true).put("position", "right");
    visualization.put("valueLabels", "hide").put("preferredSeriesType", series);
    ObjectNode layer = layer();
    layer.put("seriesType", series);
    List<String> groups = new ArrayList<>();
    ArrayNode numbers = layer.putArray("accessors");
    for (int i = 0; i < chart.columns().size(); i++) {
      if (chart.columns().get(i).groups()) {
        groups.add(name(i));
      } else {
        numbers.add(name(i));
      }
    }
    layer.put("xAccessor", groups.get(0));
    if (groups.size() > 1) {
      layer.put("splitAccessor", groups.get(1));
    }
    visualization.putArray("layers").add(layer);
    return visualization;
  }

  private static ObjectNode table(Chart chart) {
    ObjectNode visualization = layer();
    ArrayNode columns = visualization.putArray("columns");
    for (int i = 0; i < chart.columns().size(); i++) {
      columns.addObject().put("columnId", name(i)).put("isTransposed", false);
    }
    return visualization;
  }

  private static ObjectNode column(Chart chart, Column column) {
    ObjectNode node = object().put("label", column.label()).put("customLabel", true);
    if (column instanceof Time) {
      operation(node, "date_histogram", "@timestamp", "date", "interval")
          .put("interval", "auto")
          .put("includeEmptyRows", true)
          .put("dropPartials", false);
    } else if (column instanceof Top top) {
      terms(operation(node, "terms", top.field(), "string", "ordinal"), chart, top);
    } else if (column instanceof Count) {
      operation(node, "count", "___records___", "number", "ratio").put("emptyAsNull", true);
    } else if (column instanceof PerMinute) {
      operation(node, "count", "___records___", "number", "ratio").put("emptyAsNull", true);
      node.put("timeScale", "m");
    } else if (column instanceof Distinct distinct) {
      operation(node, "unique_count", distinct.field(), "number", "ratio").put("emptyAsNull", true);
    } else if (column instanceof Percentile percentile) {
      operation(node, "percentile", percentile.field(), "number", "ratio")
          .put("percentile", percentile.percent());
    } else if (column instanceof Greatest greatest) {
      operation(node, "max", greatest.field(), "number", "ratio").put("emptyAsNull", true);
    } else if (column instanceof Newest newest) {
      operation(node, "last_value", newest.field(), "number", "ratio")
          .put("sortField", "@timestamp")
          .put("showArrayValues", false);
    }
    return node.put("isBucketed", column.groups());
  }

  /** Returns the place of the operation's parameters. */
  private static ObjectNode operation(
      ObjectNode node, String type, String field, String dataType, String scale) {
    node.put("operationType", type).put("sourceField", field);
    node.put("dataType", dataType).put("scale", scale);
    return node.putObject("params");
  }

  private static void terms(ObjectNode params, Chart chart, Top top) {
    params.put("size", top.size());
    params.putObject("orderBy").put("type", "column").put("columnId", name(firstNumber(chart)));
    params.put("orderDirection", "desc").put("otherBucket", true).put("missingBucket", false);
    params.putObject("parentFormat").put("id", "terms");
  }

  private static int firstNumber(Chart chart) {
    int i = 0;
    while (chart.columns().get(i).groups()) {
      i++;
    }
    return i;
  }

  private static ObjectNode layer() {
    return object().put("layerId", LAYER).put("layerType", "data");
  }

  private static String name(int column) {
    return "c" + column;
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}
