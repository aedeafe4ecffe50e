package dev.countermand.dashboards.kibana;

import static dev.countermand.dashboards.kibana.Parts.AGENT;
import static dev.countermand.dashboards.kibana.Parts.ENVIRONMENT;
import static dev.countermand.dashboards.kibana.Parts.PHASE;
import static dev.countermand.dashboards.kibana.Parts.RESOURCE;
import static dev.countermand.dashboards.kibana.Parts.RESOURCE_TYPE;
import static dev.countermand.dashboards.kibana.Parts.VERB;
import static dev.countermand.dashboards.kibana.Parts.VERDICT;
import static dev.countermand.dashboards.kibana.Parts.chart;
import static dev.countermand.dashboards.kibana.Parts.latest;
import static dev.countermand.dashboards.kibana.Parts.number;
import static dev.countermand.dashboards.kibana.Parts.row;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.PerMinute;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Shape;
import dev.countermand.model.Decision;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Verb;
import java.util.List;

/** What is deleted and destroyed, by whom, where, and against what is normal. */
final class Destruction {
  private static final Filter DELETES =
      Filter.of(VERB, Verb.DELETE.wireName(), Verb.DESTROY.wireName());
  private static final Filter FOR_GOOD = Filter.of("countermand.effects.reversible", "false");
  private static final String NOTHING = "Nothing is deleted or destroyed.";

  private static final List<Placed> NUMBERS =
      row(
          0,
          5,
          number(
              "destructive-attempts",
              "How often was something to be destroyed for good?",
              NOTHING,
              DataView.ACTIONS,
              List.of(DELETES, FOR_GOOD, Filter.of(PHASE, Phase.ATTEMPT.wireName())),
              new Count("Attempts")),
          number(
              "destructive-denied",
              "How often was that denied?",
              "Nothing of that was denied.",
              DataView.ACTIONS,
              List.of(DELETES, FOR_GOOD, Filter.of(VERDICT, Decision.DENY.wireName())),
              new Count("Denied")),
          number(
              "destructive-done",
              "How often was it done?",
              "Nothing of that was done, as far as hooks tell.",
              DataView.ACTIONS,
              List.of(
                  DELETES,
                  FOR_GOOD,
                  Filter.of(PHASE, Phase.RESULT.wireName()),
                  Filter.of("event.outcome", Outcome.SUCCESS.wireName())),
              new Count("Done")));

  private static final List<Placed> CHARTS =
      Parts.rows(
          row(
              5,
              11,
              chart(
                  "deletes-over-time",
                  "When is how much deleted, per minute?",
                  NOTHING,
                  Shape.BARS,
                  DataView.ACTIONS,
                  List.of(DELETES),
                  new Time("Time"),
                  new Top("Agent", AGENT, 8),
                  new PerMinute("Deletes a minute"))),
          row(
              16,
              12,
              chart(
                  "deletes-by-agent",
                  "Who deletes?",
                  NOTHING,
                  Shape.LYING_BARS,
                  DataView.ACTIONS,
                  List.of(DELETES),
                  new Top("Agent", AGENT, 10),
                  new Top("Verb", VERB, 2),
                  new Count("Actions")),
              chart(
                  "destruction-by-environment",
                  "Where, and what was answered?",
                  NOTHING,
                  Shape.BARS,
                  DataView.ACTIONS,
                  List.of(DELETES),
                  new Top("Environment", ENVIRONMENT, 6),
                  new Top("Verdict", VERDICT, 3),
                  new Count("Actions")),
              chart(
                  "destruction-by-resource",
                  "What is it that is deleted?",
                  NOTHING,
                  Shape.TABLE,
                  DataView.ACTIONS,
                  List.of(DELETES),
                  new Top("Kind", RESOURCE_TYPE, 10),
                  new Top("Resource", RESOURCE, 10),
                  new Count("Actions"))));

  private static final List<Placed> LISTS =
      Parts.rows(
          row(
              28,
              12,
              latest(
                  "beyond-baseline",
                  "What left its baseline, and by how much?",
                  "Every rate is as it was learned. `countermand baseline` shows what was"
                      + " learned.",
                  DataView.FINDINGS,
                  List.of(Filter.of(Parts.RULE, "anomaly", "sudden-deletes", "first-time")),
                  Parts.SEVERITY,
                  AGENT,
                  Parts.RULE,
                  "message",
                  "countermand.finding.because")),
          row(
              40,
              15,
              latest(
                  "latest-destruction",
                  "What was it exactly?",
                  NOTHING,
                  DataView.ACTIONS,
                  List.of(DELETES),
                  AGENT,
                  PHASE,
                  VERDICT,
                  ENVIRONMENT,
                  RESOURCE,
                  Parts.COMMAND,
                  Parts.TASK)));

  private Destruction() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "countermand-destruction",
        "Countermand: destruction",
        "What is deleted and destroyed, by whom, where, and against what is normal.",
        "What agents delete and destroy. An action counts under **every** environment and kind it"
            + " touches, also one it only reads. "
            + Parts.ALL_EMPTY,
        List.of(new Picker("Agent", AGENT)),
        Parts.rows(NUMBERS, CHARTS, LISTS));
  }
}
