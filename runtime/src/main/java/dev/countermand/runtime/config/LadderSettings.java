package dev.countermand.runtime.config;

import dev.countermand.model.Rung;
import dev.countermand.model.Severity;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/**
 * How hard containment takes hold: the first rule that an order matches says it.
 *
 * @param otherwise for orders that no rule matches; {@code suspend} by default
 * @param rules in the order in which they are asked
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record LadderSettings(Rung otherwise, List<Rule> rules) {
  /** Suspend whatever it is. */
  public static final LadderSettings DEFAULT = new LadderSettings(null, null);

  public LadderSettings {
    otherwise = Values.or(otherwise, Rung.SUSPEND);
    rules = rules == null ? List.of() : List.copyOf(rules);
  }

  /**
   * A rule. An order matches when it matches all that the rule names.
   *
   * @param rung how hard such an order takes hold; required
   * @param findings ids of rules, one of which led to the order; empty for any
   * @param severity what the gravest of its findings must at least be
   * @param environments one of which its findings act on; empty for any
   * @param risk what the risk of the agent must at least be, 0 to 100, if the risk led to the order
   */
  public record Rule(
      Rung rung, List<String> findings, Severity severity, List<String> environments, int risk) {
    public Rule {
      Values.required("containment.ladder.rules[].rung", rung);
      findings = findings == null ? List.of() : List.copyOf(findings);
      severity = Values.or(severity, Severity.NONE);
      environments = environments == null ? List.of() : List.copyOf(environments);
      if (risk < 0 || risk > 100) {
        throw new ConfigurationProblem("containment.ladder.rules[].risk must be 0 to 100");
      }
    }
  }
}
