package dev.countermand.runtime.config;

import org.jspecify.annotations.NullUnmarked;

/**
 * How much containment does without a person. What goes beyond waits for one.
 *
 * @param agents most agents in a minute; 10 by default
 * @param credentials most credentials of one environment in a minute; 50 by default
 * @param others most other agents that use a credential which is taken away; 3 by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record BudgetSettings(Integer agents, Integer credentials, Integer others) {
  /** As above. */
  public static final BudgetSettings DEFAULT = new BudgetSettings(null, null, null);

  public BudgetSettings {
    agents = Values.or(agents, 10);
    credentials = Values.or(credentials, 50);
    others = Values.or(others, 3);
    Values.positive("containment.budget.agents", agents);
    Values.positive("containment.budget.credentials", credentials);
    Values.positive("containment.budget.others", others);
  }
}
