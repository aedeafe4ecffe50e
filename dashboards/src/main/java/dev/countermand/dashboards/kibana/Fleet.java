package dev.countermand.dashboards.kibana;

import static dev.countermand.dashboards.kibana.Parts.AGENT;
import static dev.countermand.dashboards.kibana.Parts.SEVERITY;
import static dev.countermand.dashboards.kibana.Parts.STATE;
import static dev.countermand.dashboards.kibana.Parts.STEP;
import static dev.countermand.dashboards.kibana.Parts.VERB;
import static dev.countermand.dashboards.kibana.Parts.VERDICT;
import static dev.countermand.dashboards.kibana.Parts.chart;
import static dev.countermand.dashboards.kibana.Parts.latest;
import static dev.countermand.dashboards.kibana.Parts.number;
import static dev.countermand.dashboards.kibana.Parts.row;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Newest;
import dev.countermand.dashboards.kibana.Column.PerMinute;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Shape;
import dev.countermand.model.Decision;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import java.util.List;

/** What all agents do, and which of them to look at first. */
final class Fleet {
  private static final List<Placed> NUMBERS =
      row(
          0,
          5,
          number(
              "agents",
              "How many agents are at work?",
              "No agent reports. Give one a hook: see the README.",
              DataView.ACTIONS,
              List.of(),
              new Distinct("Agents", AGENT)),
          number(
              "denied",
              "How many actions were denied?",
              "Nothing was denied. That is well, if actions come in.",
              DataView.ACTIONS,
              List.of(Filter.of(VERDICT, Decision.DENY.wireName())),
              new Count("Denied")),
          number(
              "grave-findings",
              "How many findings are grave?",
              "None of severity high or critical: nothing to do.",
              DataView.FINDINGS,
              List.of(Filter.of(SEVERITY, Severity.HIGH.wireName(), Severity.CRITICAL.wireName())),
              new Count("Findings")),
          number(
              "contained-agents",
              "How many agents were contained?",
              "None: nothing to do.",
              DataView.OUTCOMES,
              List.of(
                  Filter.of(STEP, Step.KILL_SWITCH.wireName()),
                  Filter.of(STATE, StepState.VERIFIED.wireName())),
              new Distinct("Agents", AGENT)));

  private static final List<Placed> RATES =
      row(
          5,
          11,
          chart(
              "actions-by-verb",
              "What do the agents do, per minute?",
              "Nothing that was understood. `countermand classify` says how a command is"
                  + " understood.",
              Shape.BARS,
              DataView.ACTIONS,
              List.of(),
              new Time("Time"),
              new Top("Verb", VERB, 8),
              new PerMinute("Actions a minute")),
          chart(
              "actions-by-verdict",
              "What were they answered, per minute?",
              "No attempt was scored. `countermand doctor` says whether scoring runs.",
              Shape.BARS,
              DataView.ACTIONS,
              List.of(),
              new Time("Time"),
              new Top("Verdict", VERDICT, 3),
              new PerMinute("Actions a minute")));

  private static final List<Placed> AGENTS =
      row(
          16,
          12,
          chart(
              "risk-by-agent",
              "Which agents are a risk now?",
              "No finding adds to a risk: nothing to do.",
              Shape.TABLE,
              DataView.RISKS,
              List.of(Filter.of("countermand.risk.kind", RiskSubject.AGENT.wireName())),
              new Top("Agent", AGENT, 20),
              new Greatest("Highest risk", "event.risk_score"),
              new Newest("Risk when last told", "event.risk_score")),
          chart(
              "agents-by-findings",
              "Whom are the findings about?",
              "There is no finding: nothing to do.",
              Shape.LYING_BARS,
              DataView.FINDINGS,
              List.of(),
              new Top("Agent", AGENT, 10),
              new Top("Severity", SEVERITY, 5),
              new Count("Findings")),
          chart(
              "findings-by-rule",
              "Which rules found something?",
              "There is no finding: nothing to do.",
              Shape.LYING_BARS,
              DataView.FINDINGS,
              List.of(),
              new Top("Rule", Parts.RULE, 10),
              new Top("Severity", SEVERITY, 5),
              new Count("Findings")));

  private static final List<Placed> LISTS =
      Parts.rows(
          row(
              28,
              12,
              latest(
                  "incidents",
                  "What became of the incidents?",
                  "There was no incident: nothing to do.",
                  DataView.INCIDENTS,
                  List.of(),
                  "countermand.incident.status",
                  "countermand.incident.severity",
                  "countermand.incident.title",
                  AGENT,
                  "countermand.incident.id")),
          row(
              40,
              15,
              latest(
                  "latest-findings",
                  "What was found last?",
                  "There is no finding: nothing to do.",
                  DataView.FINDINGS,
                  List.of(),
                  SEVERITY,
                  AGENT,
                  Parts.RULE,
                  "message",
                  "countermand.finding.recommendation",
                  Parts.TASK)));

  private Fleet() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "countermand-fleet",
        "Countermand: fleet",
        "What all agents do, and which of them to look at first.",
        "The agents, what they do and what was found. **An agent's name leads to its timeline.** "
            + Parts.ALL_EMPTY,
        List.of(new Picker("Agent", AGENT)),
        Parts.rows(NUMBERS, RATES, AGENTS, LISTS));
  }
}
