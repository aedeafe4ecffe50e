package dev.countermand.dashboards.kibana;

import static dev.countermand.dashboards.kibana.Parts.AGENT;
import static dev.countermand.dashboards.kibana.Parts.chart;
import static dev.countermand.dashboards.kibana.Parts.latest;
import static dev.countermand.dashboards.kibana.Parts.row;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Shape;
import java.util.List;

/** One agent or task: what it did, what was found and what was done, one above the other. */
final class AgentTimeline {
  /** Where an agent's name leads. */
  static final String ID = "countermand-agent";

  private static final List<Placed> LANES =
      Parts.rows(
          row(
              0,
              8,
              chart(
                  "agent-actions",
                  "What did it do, and when?",
                  "It did nothing in the time shown.",
                  Shape.BARS,
                  DataView.ACTIONS,
                  List.of(),
                  new Time("Time"),
                  new Top("Verb", Parts.VERB, 8),
                  new Count("Actions"))),
          row(
              8,
              7,
              chart(
                  "agent-findings",
                  "What was found about it?",
                  "Nothing was found.",
                  Shape.BARS,
                  DataView.FINDINGS,
                  List.of(),
                  new Time("Time"),
                  new Top("Rule", Parts.RULE, 8),
                  new Count("Findings"))),
          row(
              15,
              7,
              chart(
                  "agent-outcomes",
                  "What was done about it?",
                  "Nothing was done.",
                  Shape.BARS,
                  DataView.OUTCOMES,
                  List.of(),
                  new Time("Time"),
                  new Top("State", Parts.STATE, 7),
                  new Count("Outcomes"))));

  private static final List<Placed> LISTS =
      Parts.rows(
          row(
              22,
              16,
              latest(
                  "agent-story",
                  "Command by command?",
                  "It did nothing in the time shown.",
                  DataView.ACTIONS,
                  List.of(),
                  Parts.PHASE,
                  Parts.VERDICT,
                  Parts.COMMAND,
                  Parts.VERB,
                  Parts.RESOURCE,
                  Parts.CREDENTIAL,
                  "countermand.session.id",
                  Parts.TASK)),
          row(
              38,
              12,
              latest(
                  "agent-evidence",
                  "On which evidence?",
                  "Nothing was found.",
                  DataView.FINDINGS,
                  List.of(),
                  Parts.SEVERITY,
                  Parts.RULE,
                  "message",
                  "countermand.finding.because"),
              latest(
                  "agent-containment",
                  "With which proof?",
                  "Nothing was done.",
                  DataView.OUTCOMES,
                  List.of(),
                  Parts.STEP,
                  Parts.STATE,
                  "countermand.outcome.credential",
                  "countermand.outcome.proof",
                  "message")));

  private AgentTimeline() {}

  static Dashboard dashboard() {
    return new Dashboard(
        ID,
        "Countermand: agent timeline",
        "One agent or task: what it did, what was found and what was done.",
        "Choose an agent, a task or a session above. Actions, findings and what was done stand one"
            + " above the other on one axis of time. What was done is known by the agent alone: a"
            + " task or session that is chosen hides it. "
            + Parts.ALL_EMPTY,
        List.of(
            new Picker("Agent", AGENT),
            new Picker("Task", Parts.TASK),
            new Picker("Session", "countermand.session.id")),
        Parts.rows(LANES, LISTS));
  }
}
