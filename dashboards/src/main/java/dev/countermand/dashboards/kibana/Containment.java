package dev.countermand.dashboards.kibana;

import static dev.countermand.dashboards.kibana.Parts.AGENT;
import static dev.countermand.dashboards.kibana.Parts.STATE;
import static dev.countermand.dashboards.kibana.Parts.STEP;
import static dev.countermand.dashboards.kibana.Parts.chart;
import static dev.countermand.dashboards.kibana.Parts.latest;
import static dev.countermand.dashboards.kibana.Parts.number;
import static dev.countermand.dashboards.kibana.Parts.row;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Greatest;
import dev.countermand.dashboards.kibana.Column.Percentile;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Shape;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import java.util.List;

/** How fast credentials die, what did not, what waits for people, and whether drills pass. */
final class Containment {
  private static final String PROVIDER = "countermand.outcome.provider";
  private static final String DURATION = "event.duration";
  private static final Filter OF_CREDENTIALS = Filter.of(STEP, Step.REVOKE.wireName());
  private static final Filter VERIFIED = Filter.of(STATE, StepState.VERIFIED.wireName());
  private static final Filter FAILED = Filter.of(STATE, StepState.FAILED.wireName());
  private static final Filter WAITING = Filter.of(STATE, StepState.AWAITING_APPROVAL.wireName());
  private static final Filter PAGES =
      Filter.of(
          Parts.RULE,
          "containment-asks",
          "containment-budget",
          "containment-drill",
          "containment-left",
          "containment-refused");
  private static final String NONE = "Nobody was contained: nothing to do.";

  private static final List<Placed> NUMBERS =
      row(
          0,
          5,
          number(
              "orders",
              "How many orders were carried out?",
              NONE,
              DataView.OUTCOMES,
              List.of(),
              new Distinct("Orders", "countermand.outcome.order_id")),
          number(
              "dead-credentials",
              "How many credentials are proved dead?",
              NONE,
              DataView.OUTCOMES,
              List.of(OF_CREDENTIALS, VERIFIED),
              new Distinct("Credentials", "countermand.outcome.credential")),
          number(
              "failed-credentials",
              "How many could not be killed at first?",
              "Every try succeeded.",
              DataView.OUTCOMES,
              List.of(OF_CREDENTIALS, FAILED),
              new Distinct("Credentials", "countermand.outcome.credential")),
          number(
              "asked-orders",
              "How many orders asked for a person?",
              "None asked. `countermand contain waiting` lists what waits now.",
              DataView.OUTCOMES,
              List.of(WAITING),
              new Distinct("Orders", "countermand.outcome.order_id")));

  private static final List<Placed> CHARTS =
      Parts.rows(
          row(
              5,
              12,
              chart(
                  "time-to-contain",
                  "How long until a credential is proved dead?",
                  NONE,
                  Shape.TABLE,
                  DataView.OUTCOMES,
                  List.of(OF_CREDENTIALS, VERIFIED),
                  new Top("Provider", PROVIDER, 20),
                  new Count("Proofs"),
                  new Percentile("Median", DURATION, 50),
                  new Percentile("95 %", DURATION, 95),
                  new Greatest("Longest", DURATION)),
              chart(
                  "outcomes-by-provider",
                  "What became of it at each provider?",
                  NONE,
                  Shape.LYING_BARS,
                  DataView.OUTCOMES,
                  List.of(OF_CREDENTIALS),
                  new Top("Provider", PROVIDER, 20),
                  new Top("State", STATE, 7),
                  new Count("Outcomes")),
              chart(
                  "outcomes-over-time",
                  "When was something contained or given back?",
                  NONE,
                  Shape.BARS,
                  DataView.OUTCOMES,
                  List.of(),
                  new Time("Time"),
                  new Top("Step", STEP, 4),
                  new Count("Outcomes"))));

  private static final List<Placed> LISTS =
      Parts.rows(
          row(
              17,
              12,
              latest(
                  "pages",
                  "What must a person look at?",
                  "Nothing was refused, left, beyond a budget or failed in a drill.",
                  DataView.FINDINGS,
                  List.of(PAGES),
                  Parts.SEVERITY,
                  Parts.RULE,
                  AGENT,
                  "message"),
              latest(
                  "asked",
                  "Which orders asked for a person?",
                  "None asked. `countermand contain waiting` lists what waits now.",
                  DataView.OUTCOMES,
                  List.of(WAITING),
                  AGENT,
                  "countermand.outcome.order_id",
                  "message")),
          row(
              29,
              12,
              latest(
                  "drills",
                  "Do the drills pass?",
                  "There was no drill. Name canaries under `containment.drill`, or run"
                      + " `countermand contain drill`.",
                  DataView.OUTCOMES,
                  List.of(Filter.of(AGENT, "countermand-drill")),
                  STEP,
                  STATE,
                  PROVIDER,
                  "countermand.outcome.proof",
                  "message"),
              latest(
                  "audit",
                  "Who changed what agents may do?",
                  "Nobody changed a task or a grant.",
                  DataView.AUDIT,
                  List.of(),
                  "user.name",
                  "event.action",
                  AGENT,
                  "countermand.audit.subject",
                  "countermand.audit.via")),
          row(
              41,
              15,
              latest(
                  "outcomes",
                  "What was done, with which proof?",
                  NONE,
                  DataView.OUTCOMES,
                  List.of(),
                  AGENT,
                  STEP,
                  STATE,
                  PROVIDER,
                  "countermand.outcome.credential",
                  "countermand.outcome.proof",
                  "message")));

  private Containment() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "countermand-containment",
        "Countermand: containment",
        "How fast credentials die, what did not, what waits for people, and whether drills pass.",
        "From the order to the proof. A number counts what happened in the time shown; what waits"
            + " **now** is told by `countermand contain waiting`. "
            + Parts.ALL_EMPTY,
        List.of(new Picker("Agent", AGENT)),
        Parts.rows(NUMBERS, CHARTS, LISTS));
  }
}
