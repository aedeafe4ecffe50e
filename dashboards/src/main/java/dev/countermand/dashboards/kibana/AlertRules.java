package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Json;
import java.util.List;

/**
 * Rules of Kibana's alerting, of the type {@code .es-query}. They come without actions: whom to
 * tell, and how, is added in Kibana and kept when they are installed again.
 */
public final class AlertRules {
  private static final String PREFIX = "countermand-";

  private AlertRules() {}

  /**
   * A rule that looks once a minute.
   *
   * @param id never changes once released
   * @param name what people see
   * @param view the documents it looks at
   * @param filters what a document must have to count
   * @param minutes how far back it looks
   * @param whenNone whether it fires when no document counts, instead of when one does
   */
  public record AlertRule(
      String id, String name, DataView view, List<Filter> filters, int minutes, boolean whenNone) {

    /** The body by which the rule is updated. */
    public ObjectNode update() {
      ObjectNode rule = Json.mapper().createObjectNode().put("name", name);
      rule.putArray("tags").add("countermand");
      rule.putObject("schedule").put("interval", "1m");
      ObjectNode params = rule.putObject("params");
      params.put("searchType", "esQuery").put("timeField", "@timestamp");
      params.putArray("index").add(view.stream().pattern());
      params.put("esQuery", query().toString()).put("size", 100);
      params.put("timeWindowSize", minutes).put("timeWindowUnit", "m");
      params.putArray("threshold").add(whenNone ? 1 : 0);
      params.put("thresholdComparator", whenNone ? "<" : ">");
      params.put("aggType", "count").put("groupBy", "all");
      params.put("excludeHitsFromPreviousRun", !whenNone);
      return rule;
    }

    /** The body by which the rule is created. */
    public ObjectNode create() {
      ObjectNode rule = update();
      rule.put("rule_type_id", ".es-query").put("consumer", "stackAlerts").put("enabled", true);
      rule.putArray("actions");
      return rule;
    }

    /** The search that says which documents count. */
    ObjectNode query() {
      ObjectNode search = Json.mapper().createObjectNode();
      search.set("query", Filter.query(filters));
      return search;
    }
  }

  /** All of them. */
  public static List<AlertRule> all() {
    return List.of(
        new AlertRule(
            PREFIX + "critical-finding",
            "Countermand: an agent did something critical",
            DataView.FINDINGS,
            List.of(Filter.of(Parts.SEVERITY, Severity.CRITICAL.wireName())),
            5,
            false),
        new AlertRule(
            PREFIX + "credential-alive",
            "Countermand: a credential could not be killed",
            DataView.OUTCOMES,
            List.of(
                Filter.of(Parts.STEP, Step.REVOKE.wireName()),
                Filter.of(Parts.STATE, StepState.FAILED.wireName())),
            5,
            false),
        new AlertRule(
            PREFIX + "approval-wanted",
            "Countermand: containment waits for a person",
            DataView.OUTCOMES,
            List.of(Filter.of(Parts.STATE, StepState.AWAITING_APPROVAL.wireName())),
            5,
            false),
        new AlertRule(
            PREFIX + "containment-trouble",
            "Countermand: containment left something, or a drill failed",
            DataView.FINDINGS,
            List.of(
                Filter.of(
                    Parts.RULE,
                    "containment-budget",
                    "containment-drill",
                    "containment-left",
                    "containment-refused")),
            5,
            false),
        new AlertRule(
            PREFIX + "silence",
            "Countermand: no action has come in for fifteen minutes",
            DataView.ACTIONS,
            List.of(),
            15,
            true));
  }
}
