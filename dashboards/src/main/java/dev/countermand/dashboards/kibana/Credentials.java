package dev.countermand.dashboards.kibana;

import static dev.countermand.dashboards.kibana.Parts.AGENT;
import static dev.countermand.dashboards.kibana.Parts.CREDENTIAL;
import static dev.countermand.dashboards.kibana.Parts.ROLE;
import static dev.countermand.dashboards.kibana.Parts.RULE;
import static dev.countermand.dashboards.kibana.Parts.chart;
import static dev.countermand.dashboards.kibana.Parts.latest;
import static dev.countermand.dashboards.kibana.Parts.number;
import static dev.countermand.dashboards.kibana.Parts.row;

import dev.countermand.dashboards.kibana.Column.Count;
import dev.countermand.dashboards.kibana.Column.Distinct;
import dev.countermand.dashboards.kibana.Column.Time;
import dev.countermand.dashboards.kibana.Column.Top;
import dev.countermand.dashboards.kibana.Dashboard.Picker;
import dev.countermand.dashboards.kibana.Dashboard.Placed;
import dev.countermand.dashboards.kibana.Panel.Shape;
import dev.countermand.model.CredentialRole;
import java.util.List;

/** Where credentials are seen, who uses them, and whether the task called for it. */
final class Credentials {
  private static final Filter SIGHTED = Filter.of(ROLE, CredentialRole.SIGHTED.wireName());
  private static final Filter USED = Filter.of(ROLE, CredentialRole.USED.wireName());
  private static final Filter OUTSIDE =
      Filter.of(
          RULE,
          "credential-scope",
          "read-then-used",
          "inferred-use",
          "environment-mismatch",
          "after-task",
          "read-by-another",
          "used-elsewhere",
          "after-containment");
  private static final String NONE_SEEN =
      "No credential was seen. `countermand credential scan DIR` says where some lie about.";
  private static final String NONE_OUTSIDE = "Every use was called for: nothing to do.";

  private static final List<Placed> NUMBERS =
      row(
          0,
          5,
          number(
              "credentials-sighted",
              "How many credentials were seen?",
              NONE_SEEN,
              DataView.ACTIONS,
              List.of(SIGHTED),
              new Distinct("Credentials", CREDENTIAL)),
          number(
              "credentials-used",
              "How many were used?",
              "None was used in a way that a hook can see.",
              DataView.ACTIONS,
              List.of(USED),
              new Distinct("Credentials", CREDENTIAL)),
          number(
              "credentials-outside",
              "How many in a way no task called for?",
              NONE_OUTSIDE,
              DataView.FINDINGS,
              List.of(OUTSIDE),
              new Distinct("Credentials", "countermand.finding.credentials")));

  private static final List<Placed> CHARTS =
      Parts.rows(
          row(
              5,
              12,
              chart(
                  "sightings-by-file",
                  "Where do credentials lie about?",
                  NONE_SEEN,
                  Shape.TABLE,
                  DataView.ACTIONS,
                  List.of(SIGHTED),
                  new Top("File", "countermand.credentials.file", 15),
                  new Distinct("Credentials", CREDENTIAL),
                  new Count("Sightings")),
              chart(
                  "uses-by-agent",
                  "Who uses which?",
                  "None was used in a way that a hook can see.",
                  Shape.LYING_BARS,
                  DataView.ACTIONS,
                  List.of(USED),
                  new Top("Credential", CREDENTIAL, 10),
                  new Top("Agent", AGENT, 5),
                  new Count("Uses")),
              chart(
                  "deeds-by-credential",
                  "What was done with them?",
                  "None was used in a way that a hook can see.",
                  Shape.LYING_BARS,
                  DataView.ACTIONS,
                  List.of(USED),
                  new Top("Credential", CREDENTIAL, 10),
                  new Top("Verb", Parts.VERB, 8),
                  new Count("Actions"))),
          row(
              17,
              11,
              chart(
                  "outside-over-time",
                  "When was something not called for?",
                  NONE_OUTSIDE,
                  Shape.BARS,
                  DataView.FINDINGS,
                  List.of(OUTSIDE),
                  new Time("Time"),
                  new Top("Rule", RULE, 8),
                  new Count("Findings"))));

  private static final List<Placed> LISTS =
      Parts.rows(
          row(
              28,
              12,
              latest(
                  "chains",
                  "Read where, used where?",
                  NONE_OUTSIDE,
                  DataView.FINDINGS,
                  List.of(OUTSIDE),
                  Parts.SEVERITY,
                  AGENT,
                  RULE,
                  "message",
                  "countermand.finding.credentials",
                  "countermand.finding.because")),
          row(
              40,
              12,
              latest(
                  "blast-radius",
                  "Whom would it hit to take them away?",
                  "No containment was planned. `countermand contain plan AGENT --dry-run` makes"
                      + " a plan; `countermand credential blast-radius` says what each could"
                      + " destroy.",
                  DataView.PLANS,
                  List.of(),
                  AGENT,
                  "countermand.plan.steps.name",
                  "countermand.plan.steps.provider",
                  "countermand.plan.steps.environment",
                  "countermand.plan.steps.breaks",
                  "countermand.plan.steps.others",
                  "countermand.plan.steps.undo")));

  private Credentials() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "countermand-credentials",
        "Countermand: credentials",
        "Where credentials are seen, who uses them, and whether the task called for it.",
        "Credentials by their fingerprints; no secret is in any document. An action with several"
            + " counts under each. "
            + Parts.ALL_EMPTY,
        List.of(new Picker("Agent", AGENT)),
        Parts.rows(NUMBERS, CHARTS, LISTS));
  }
}
