package dev.countermand.detectors;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Grounds;
import dev.countermand.model.OrderKind;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;

/** Orders that one finding calls for. */
public final class Orders {
  private static final String BY = "scoring";

  private Orders() {}

  /**
   * The order to contain the agent of a finding; the same finding always gives the same.
   *
   * @param received when the pipeline heard of the action
   * @param credentials the fingerprints of what is to be taken away
   */
  public static ContainmentOrder contain(
      Finding finding, Instant received, List<String> credentials) {
    return new ContainmentOrder(
            finding.id() + ":contain",
            received,
            OrderKind.CONTAIN,
            finding.agentId(),
            finding.summary() + " Rule: " + finding.ruleId() + ".",
            finding.actionId(),
            received,
            List.of(finding.id()),
            credentials,
            BY,
            Extra.NONE)
        .on(Grounds.of(List.of(finding)));
  }
}
