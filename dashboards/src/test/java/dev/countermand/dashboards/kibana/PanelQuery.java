package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Newest;
import dev.countermand.dashboards.kibana.Column.Percentile;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.model.json.Json;

/** The search that shows what a panel shows. */
final class PanelQuery {
  private PanelQuery() {}

  static ObjectNode of(Panel panel) {
    ObjectNode search = Json.mapper().createObjectNode();
    search.set("query", Filter.query(panel.filters()));
    if (panel instanceof Latest latest) {
      search.put("size", 10).put("_source", false);
      search.putArray("sort").addObject().put("@timestamp", "desc");
      ArrayNode fields = search.putArray("fields");
      latest.fields().forEach(fields::add);
    } else if (panel instanceof Chart chart) {
      search.put("size", 0);
      ObjectNode at = search;
      for (int i = 0; i < chart.columns().size(); i++) {
        Column column = chart.columns().get(i);
        ObjectNode aggregation = at.withObjectProperty("aggs").putObject("c" + i);
        aggregate(aggregation, column);
        at = column.groups() ? aggregation : at;
      }
    }
    return search;
  }

  private static void aggregate(ObjectNode aggregation, Column column) {
    if (column instanceof Time) {
      aggregation
          .putObject("date_histogram")
          .put("field", "@timestamp")
          .put("fixed_interval", "1m");
    } else if (column instanceof Top top) {
      aggregation.putObject("terms").put("field", top.field()).put("size", top.size());
    } else if (column instanceof Distinct distinct) {
      aggregation.putObject("cardinality").put("field", distinct.field());
    } else if (column instanceof Percentile percentile) {
      aggregation
          .putObject("percentiles")
          .put("field", percentile.field())
          .putArray("percents")
          .add(percentile.percent());
    } else if (column instanceof Greatest greatest) {
      aggregation.putObject("max").put("field", greatest.field());
    } else if (column instanceof Newest newest) {
      ObjectNode latest = aggregation.putObject("top_hits").put("size", 1).put("_source", false);
      latest.putArray("sort").addObject().put("@timestamp", "desc");
      latest.putArray("docvalue_fields").add(newest.field());
    } else {
      aggregation.putObject("value_count").put("field", "event.id");
    }
  }
}
