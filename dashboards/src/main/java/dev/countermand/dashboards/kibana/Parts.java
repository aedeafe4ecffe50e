package dev.countermand.dashboards.kibana;

import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.dashboards.kibana.Panel.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What several dashboards are made of: names of fields, and panels in few words. */
final class Parts {
  static final String AGENT = "gen_ai.agent.id";
  static final String COMMAND = "process.command_line";
  static final String CREDENTIAL = "countermand.credentials.fingerprint";
  static final String ENVIRONMENT = "countermand.effects.resource.environment";
  static final String PHASE = "countermand.action.phase";
  static final String RESOURCE = "countermand.effects.resource.id";
  static final String RESOURCE_TYPE = "countermand.effects.resource.type";
  static final String ROLE = "countermand.credentials.role";
  static final String RULE = "rule.id";
  static final String SEVERITY = "countermand.finding.severity";
  static final String STATE = "countermand.outcome.state";
  static final String STEP = "countermand.outcome.step";
  static final String TASK = "countermand.task.id";
  static final String VERB = "countermand.effects.verb";
  static final String VERDICT = "countermand.score.verdict";

  /** What a note says of a dashboard that shows nothing at all. */
  static final String ALL_EMPTY =
      "**All empty?** Widen the time range. Then: `countermand doctor` says whether actions reach"
          + " Kafka and documents reach Elasticsearch.";

  private static final int WIDTH = 48;

  private Parts() {}

  /** One number. */
  static Panel number(
      String id,
      String question,
      String whenEmpty,
      DataView view,
      List<Filter> filters,
      Column number) {
    return chart(id, question, whenEmpty, Shape.NUMBER, view, filters, number);
  }

  /** A chart; groups come first. */
  static Panel chart(
      String id,
      String question,
      String whenEmpty,
      Shape shape,
      DataView view,
      List<Filter> filters,
      Column... columns) {
    return new Chart(
        "countermand-" + id, question, whenEmpty, shape, view, filters, List.of(columns));
  }

  /** The latest documents, by some fields. */
  static Panel latest(
      String id,
      String question,
      String whenEmpty,
      DataView view,
      List<Filter> filters,
      String... fields) {
    return new Latest("countermand-" + id, question, whenEmpty, view, filters, List.of(fields));
  }

  /** Panels beside each other, of one width and height, a row from the left. */
  static List<Placed> row(int top, int height, Panel... panels) {
    int width = WIDTH / panels.length;
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < panels.length; i++) {
      placed.add(new Placed(panels[i], i * width, Dashboard.NOTE_ROWS + top, width, height));
    }
    return placed;
  }

  /** All of these, in their order. */
  @SafeVarargs
  static List<Placed> rows(List<Placed>... rows) {
    return Stream.of(rows).flatMap(List::stream).toList();
  }
}
