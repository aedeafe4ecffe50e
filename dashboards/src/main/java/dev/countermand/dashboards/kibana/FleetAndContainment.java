package dev.countermand.dashboards.kibana;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.PerMinute;
import dev.countermand.dashboards.kibana.Column.Percentile;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Chart;
import dev.countermand.dashboards.kibana.Panel.Latest;
import dev.countermand.dashboards.kibana.Panel.Shape;
import java.util.List;

/** What the fleet does, what was found, and what was done about it. */
public final class FleetAndContainment {
  private static final String VERDICT = "countermand.score.verdict";
  private static final String SEVERITY = "countermand.finding.severity";
  private static final String STATE = "countermand.outcome.state";
  private static final String STEP = "countermand.outcome.step";

  private static final Panel ACTIONS =
      number("actions", "Actions", DataView.ACTIONS, List.of(), new Count("Actions"));

  private static final Panel DENIED =
      number(
          "denied",
          "Denied",
          DataView.ACTIONS,
          List.of(Filter.of(VERDICT, "deny")),
          new Count("Denied"));

  private static final Panel GRAVE =
      number(
          "grave-findings",
          "High and critical findings",
          DataView.FINDINGS,
          List.of(Filter.of(SEVERITY, "high", "critical")),
          new Count("Findings"));

  private static final Panel DEAD =
      number(
          "dead-credentials",
          "Credentials proved dead",
          DataView.OUTCOMES,
          List.of(Filter.of(STEP, "revoke"), Filter.of(STATE, "verified")),
          new Distinct("Credentials", "countermand.outcome.credential"));

  private static final Panel ACTIONS_BY_VERDICT =
      new Chart(
          "countermand-actions-by-verdict",
          "Actions per minute by verdict",
          "How busy the fleet is, and how much of it was stopped.",
          Shape.BARS,
          DataView.ACTIONS,
          List.of(),
          List.of(
              new Time("Time"), new Top("Verdict", VERDICT, 3), new PerMinute("Actions a minute")));

  private static final Panel AGENTS_BY_FINDINGS =
      new Chart(
          "countermand-agents-by-findings",
          "Top agents by findings",
          "The agents to look at first.",
          Shape.LYING_BARS,
          DataView.FINDINGS,
          List.of(),
          List.of(
              new Top("Agent", "gen_ai.agent.id", 10),
              new Top("Severity", SEVERITY, 5),
              new Count("Findings")));

  private static final Panel FINDINGS_BY_RULE =
      new Chart(
          "countermand-findings-by-rule",
          "Findings by rule and severity",
          "What the detectors see.",
          Shape.LYING_BARS,
          DataView.FINDINGS,
          List.of(),
          List.of(
              new Top("Rule", "rule.id", 10),
              new Top("Severity", SEVERITY, 5),
              new Count("Findings")));

  private static final Panel DESTRUCTION =
      new Chart(
          "countermand-destruction-by-environment",
          "Destructive actions by environment",
          "Actions with an effect that deletes or destroys and one that cannot be undone, by every"
              + " environment they touch, and what was answered.",
          Shape.BARS,
          DataView.ACTIONS,
          List.of(
              Filter.of("countermand.effects.verb", "delete", "destroy"),
              Filter.of("countermand.effects.reversible", "false")),
          List.of(
              new Top("Environment", "countermand.effects.resource.environment", 6),
              new Top("Verdict", VERDICT, 3),
              new Count("Actions")));

  private static final Panel OUTCOMES =
      new Chart(
          "countermand-containment-outcomes",
          "Containment outcomes",
          "Every state that every step of containment came to.",
          Shape.BARS,
          DataView.OUTCOMES,
          List.of(),
          List.of(new Top("Step", STEP, 4), new Top("State", STATE, 7), new Count("Outcomes")));

  private static final Panel TIME_TO_VERIFIED =
      new Chart(
          "countermand-time-to-verified",
          "Time from the action to the proof",
          "How long until a probe showed that the step holds.",
          Shape.TABLE,
          DataView.OUTCOMES,
          List.of(Filter.of(STATE, "verified")),
          List.of(
              new Top("Step", STEP, 4),
              new Count("Proofs"),
              new Percentile("Median", "event.duration", 50),
              new Percentile("95 %", "event.duration", 95),
              new Greatest("Longest", "event.duration")));

  private static final Panel LATEST_FINDINGS =
      new Latest(
          "countermand-latest-findings",
          "Latest findings",
          "The latest findings, with what they ask for.",
          DataView.FINDINGS,
          List.of(),
          List.of(
              SEVERITY,
              "gen_ai.agent.id",
              "rule.id",
              "message",
              "countermand.finding.recommendation",
              "countermand.task.id"));

  private FleetAndContainment() {}

  /** The dashboard. */
  public static Dashboard dashboard() {
    return new Dashboard(
        "countermand-fleet-and-containment",
        "Countermand: fleet and containment",
        "What the agents do, what was found, and what was done about it.",
        List.of(
            new Placed(ACTIONS, 0, 0, 12, 5),
            new Placed(DENIED, 12, 0, 12, 5),
            new Placed(GRAVE, 24, 0, 12, 5),
            new Placed(DEAD, 36, 0, 12, 5),
            new Placed(ACTIONS_BY_VERDICT, 0, 5, 48, 11),
            new Placed(AGENTS_BY_FINDINGS, 0, 16, 24, 12),
            new Placed(FINDINGS_BY_RULE, 24, 16, 24, 12),
            new Placed(DESTRUCTION, 0, 28, 16, 12),
            new Placed(OUTCOMES, 16, 28, 16, 12),
            new Placed(TIME_TO_VERIFIED, 32, 28, 16, 12),
            new Placed(LATEST_FINDINGS, 0, 40, 48, 15)));
  }

  private static Panel number(
      String id, String title, DataView view, List<Filter> filters, Column number) {
    return new Chart(
        "countermand-" + id,
        title,
        title + " in the time shown.",
        Shape.NUMBER,
        view,
        filters,
        List.of(number));
  }
}
