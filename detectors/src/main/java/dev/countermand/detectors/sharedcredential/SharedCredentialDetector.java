package dev.countermand.detectors.sharedcredential;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.detectors.trail.TrailFinding;
import dev.countermand.detectors.trail.TrailSituation;
import dev.countermand.detectors.trail.Visit;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.util.List;

/**
 * Finds one credential that two agents use within a day, unless both were given it; one that nobody
 * registered, only where a use does what cannot be undone or touches production. Told of once for
 * each agent and day.
 */
public final class SharedCredentialDetector implements TrailDetector {

  @Override
  public String id() {
    return "shared-credential";
  }

  @Override
  public String name() {
    return "One credential used by two agents";
  }

  @Override
  public List<Finding> detect(TrailSituation situation) {
    return situation.completes(SharedCredentialDetector::related).stream()
        .filter(pair -> matters(situation, pair))
        .map(pair -> finding(situation, pair.earlier(), pair.later()))
        .toList();
  }

  private static boolean related(Visit a, Visit b) {
    return !a.agentId().equals(b.agentId())
        && a.lastUsed() != null
        && b.lastUsed() != null
        && Duration.between(a.lastUsed(), b.lastUsed()).abs().compareTo(CredentialTrail.RENEWED) < 0
        && !(covered(a) && covered(b));
  }

  /** What nobody registered may be anything, a password of a test for instance. */
  private static boolean matters(TrailSituation situation, TrailSituation.Pair pair) {
    return situation.credential() != null || pair.earlier().grave() || pair.later().grave();
  }

  private static boolean covered(Visit visit) {
    return visit.use().filter(CredentialTouch::granted).isPresent();
  }

  private Finding finding(TrailSituation situation, CredentialTouch other, CredentialTouch touch) {
    return new TrailFinding(this, situation, touch)
        // MITRE ATT&CK: Valid Accounts.
        .technique("T1078")
        .because("used", touch)
        .because("used", other)
        .conclude(
            situation.production() ? Severity.HIGH : Severity.MEDIUM,
            situation.credential() == null ? 0.6 : 0.9,
            Recommendation.NOTIFY,
            "The agents "
                + other.agentId()
                + " and "
                + touch.agentId()
                + " use "
                + situation.called()
                + " within a day, and not both were given it.");
  }
}
