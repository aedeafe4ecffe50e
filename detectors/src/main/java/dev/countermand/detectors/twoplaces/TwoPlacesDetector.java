package dev.countermand.detectors.twoplaces;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.detectors.trail.TrailFinding;
import dev.countermand.detectors.trail.TrailSituation;
import dev.countermand.detectors.trail.Visit;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Finds one credential that is used in two places within ten minutes. A place is the source that
 * reports: a machine, where each has a source of its own.
 */
public final class TwoPlacesDetector implements TrailDetector {
  private static final Duration AT_ONCE = Duration.ofMinutes(10);

  @Override
  public String id() {
    return "two-places";
  }

  @Override
  public String name() {
    return "One credential in two places at once";
  }

  @Override
  public List<Finding> detect(TrailSituation situation) {
    return situation.completes(TwoPlacesDetector::related).stream()
        .map(pair -> finding(situation, pair.earlier(), pair.later()))
        .toList();
  }

  private static boolean related(Visit a, Visit b) {
    return !a.source().equals(b.source())
        && a.lastUsed() != null
        && b.lastUsed() != null
        && Duration.between(a.lastUsed(), b.lastUsed()).abs().compareTo(AT_ONCE) <= 0
        && !(covered(a) && covered(b));
  }

  private static boolean covered(Visit visit) {
    return visit.use().filter(CredentialTouch::granted).isPresent();
  }

  private Finding finding(TrailSituation situation, CredentialTouch other, CredentialTouch touch) {
    boolean apart = !Objects.equals(touch.environment(), other.environment());
    return new TrailFinding(this, situation, touch)
        .technique("T1078")
        .because("used", touch)
        .because("used", other)
        .conclude(
            situation.production() || apart ? Severity.HIGH : Severity.MEDIUM,
            0.8,
            Recommendation.NOTIFY,
            "The use of "
                + situation.called()
                + " comes from "
                + touch.source()
                + " and within ten minutes from "
                + other.source()
                + (apart ? ", which run in different environments" : "")
                + "; not both were given it.");
  }
}
