package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rules of Elastic Security that make its alerts of our findings, one for each question an analyst
 * has. They search what Countermand found; they detect nothing themselves.
 */
public final class DetectionRules {
  private static final String ATTACK = "https://attack.mitre.org/";

  private DetectionRules() {}

  /**
   * A rule.
   *
   * @param id never changes once released
   * @param rules the ids of the findings' rules that it is about
   * @param risk 0 to 100
   * @param severity as Elastic Security spells it
   * @param tactic the ATT&CK tactic
   * @param technique the ATT&CK technique of that tactic
   */
  public record DetectionRule(
      String id,
      String name,
      String description,
      List<String> rules,
      int risk,
      String severity,
      Attack tactic,
      Attack technique) {

    /** What must hold for a finding to become an alert. */
    List<Filter> filters() {
      return List.of(new Filter(Parts.RULE, rules));
    }

    /** The line by which the rule is imported. */
    ObjectNode line(boolean isOn) {
      ObjectNode rule = Json.mapper().createObjectNode();
      rule.put("rule_id", id).put("name", name).put("description", description);
      rule.put("risk_score", risk).put("severity", severity).put("version", 1);
      rule.put("type", "query").put("language", "kuery").put("query", Filter.kuery(filters()));
      rule.putArray("index").add(DataView.FINDINGS.stream().pattern());
      rule.put("interval", "5m").put("from", "now-6m").put("max_signals", 100);
      rule.put("enabled", isOn).put("immutable", false);
      rule.putArray("tags").add("Countermand").add("AI agents");
      rule.putArray("author").add("Countermand");
      rule.putArray("references");
      rule.putArray("false_positives");
      ObjectNode threat = rule.putArray("threat").addObject().put("framework", "MITRE ATT&CK");
      threat.set("tactic", tactic.json("tactics"));
      threat.putArray("technique").add(technique.json("techniques"));
      return rule;
    }
  }

  /**
   * A tactic or a technique of MITRE ATT&CK.
   *
   * @param id for instance {@code TA0006} or {@code T1552}
   */
  public record Attack(String id, String name) {
    private ObjectNode json(String kind) {
      return Json.mapper()
          .createObjectNode()
          .put("id", id)
          .put("name", name)
          .put("reference", ATTACK + kind + "/" + id + "/");
    }
  }

  /** All of them. */
  public static List<DetectionRule> all() {
    return List.of(
        new DetectionRule(
            "countermand-borrowed-credential",
            "AI agent used a credential that no task gave it",
            "An agent used a credential that it, or another agent, read where its task did not send"
                + " it, or that its task does not name.",
            List.of(
                "read-then-used",
                "inferred-use",
                "read-by-another",
                "used-elsewhere",
                "after-task",
                "environment-mismatch",
                "refused-then-borrowed"),
            91,
            "critical",
            new Attack("TA0006", "Credential Access"),
            new Attack("T1552", "Unsecured Credentials")),
        new DetectionRule(
            "countermand-destruction",
            "AI agent destroys what cannot be brought back",
            "An agent is about to delete or destroy something for good that its task does not grant,"
                + " or deletes far more than it ever did.",
            List.of("destructive", "sudden-deletes"),
            91,
            "critical",
            new Attack("TA0040", "Impact"),
            new Attack("T1485", "Data Destruction")),
        new DetectionRule(
            "countermand-guard-attacked",
            "AI agent changes what watches it",
            "An agent changes its hooks or permissions, or Countermand's files or processes.",
            List.of("agent-guard"),
            73,
            "high",
            new Attack("TA0005", "Defense Evasion"),
            new Attack("T1562", "Impair Defenses")),
        new DetectionRule(
            "countermand-secret-leaves",
            "AI agent is about to publish a secret",
            "A secret stands in a commit, a message, a URL or a file that is no place for it.",
            List.of("secret-written"),
            73,
            "high",
            new Attack("TA0010", "Exfiltration"),
            new Attack("T1567", "Exfiltration Over Web Service")),
        new DetectionRule(
            "countermand-used-after-containment",
            "A credential is used that containment took away",
            "A credential that was proved dead is used again: it came back, or it was never dead.",
            List.of("after-containment"),
            99,
            "critical",
            new Attack("TA0003", "Persistence"),
            new Attack("T1078", "Valid Accounts")));
  }

  /**
   * The file {@code kibana/detection-rules.ndjson}.
   *
   * @param isOn whether a rule is to run
   */
  public static String ndjson(Predicate<DetectionRule> isOn) {
    StringBuilder lines = new StringBuilder();
    all().forEach(rule -> lines.append(rule.line(isOn.test(rule))).append('\n'));
    return lines.toString();
  }
}
