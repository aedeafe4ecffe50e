package dev.countermand.detectors.aftercontainment;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.detectors.trail.TrailFinding;
import dev.countermand.detectors.trail.TrailSituation;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.List;
import java.util.Optional;

/**
 * Finds the use of a credential after containment took it away: by the agent itself, or by another
 * that holds a copy. Told of once for each agent.
 */
public final class AfterContainmentDetector implements TrailDetector {

  @Override
  public String id() {
    return "after-containment";
  }

  @Override
  public String name() {
    return "Credential used after it was taken away";
  }

  @Override
  public List<Finding> detect(TrailSituation situation) {
    CredentialTouch touch = situation.touch();
    Optional<Taken> away = situation.trail().takenBefore(touch.received());
    if (touch.role() != CredentialRole.USED || away.isEmpty()) {
      return List.of();
    }
    CredentialTouch barred = situation.own().barred();
    boolean first = barred != null && barred.actionId().equals(touch.actionId());
    return first ? List.of(finding(situation, away.get())) : List.of();
  }

  private Finding finding(TrailSituation situation, Taken taken) {
    CredentialTouch touch = situation.touch();
    boolean same = taken.agentId().equals(touch.agentId());
    return new TrailFinding(this, situation, touch)
        .technique("T1078")
        .because(
            "taken away at "
                + taken.time()
                + " from "
                + taken.agentId()
                + " by order "
                + taken.orderId())
        .because("used", touch)
        .conclude(
            Severity.CRITICAL,
            1,
            Recommendation.CONTAIN,
            "The agent "
                + touch.agentId()
                + " uses "
                + situation.called()
                + " that was taken away"
                + (same ? " from it" : " from " + taken.agentId())
                + ".");
  }
}
