package dev.countermand.detectors.usedelsewhere;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.detectors.trail.TrailFinding;
import dev.countermand.detectors.trail.TrailSituation;
import dev.countermand.detectors.trail.Visit;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds a credential that one agent sees in one place and another, to whom nobody gave it, uses in
 * another place within an hour. A place is the source that reports: a machine, where each has a
 * source of its own. What {@code read-by-another} finds, wherever and whenever, is not found again:
 * a credential that was read in a file and given to neither. One that nobody registered is told of
 * only where the use does what cannot be undone or touches production.
 */
public final class UsedElsewhereDetector implements TrailDetector {
  private static final Duration WITHIN = Duration.ofHours(1);

  @Override
  public String id() {
    return "used-elsewhere";
  }

  @Override
  public String name() {
    return "Credential seen by one agent and used by another elsewhere";
  }

  @Override
  public List<Finding> detect(TrailSituation situation) {
    CredentialTouch touch = situation.touch();
    if (touch.role() == CredentialRole.USED) {
      return situation.firstUse()
          ? seen(situation, touch).map(seen -> finding(situation, seen, touch)).stream().toList()
          : List.of();
    }
    if (!situation.firstSighting()) {
      return List.of();
    }
    // The use was told of first: collectors report at their own pace.
    return situation.others().stream()
        .flatMap(visit -> visit.use().stream())
        .filter(used -> seen(situation, used).filter(touch::equals).isPresent())
        .map(used -> finding(situation, touch, used))
        .toList();
  }

  /** Where another agent saw first what an agent uses, if the agent did not see it before. */
  private static Optional<CredentialTouch> seen(TrailSituation situation, CredentialTouch use) {
    if (use.granted() || (situation.credential() == null && !use.grave())) {
      return Optional.empty();
    }
    boolean own =
        situation.trail().visits().stream()
            .filter(visit -> visit.agentId().equals(use.agentId()))
            .flatMap(visit -> visit.sighting().stream())
            .anyMatch(seen -> !seen.time().isAfter(use.time()));
    return own
        ? Optional.empty()
        : situation.trail().visits().stream()
            .filter(visit -> !visit.agentId().equals(use.agentId()))
            .filter(visit -> !visit.source().equals(use.source()))
            .filter(visit -> isLately(visit, use))
            .flatMap(visit -> visit.sighting().stream())
            .min(
                Comparator.comparing(CredentialTouch::time)
                    .thenComparing(CredentialTouch::actionId));
  }

  private static boolean isLately(Visit visit, CredentialTouch use) {
    CredentialTouch seen = visit.sighted();
    return seen != null
        && (seen.granted() || seen.file() == null)
        && !seen.time().isAfter(use.time())
        && (isWithin(seen.time(), use.time()) || isWithin(visit.last(), use.received()));
  }

  private static boolean isWithin(Instant a, Instant b) {
    return Duration.between(a, b).abs().compareTo(WITHIN) <= 0;
  }

  private Finding finding(TrailSituation situation, CredentialTouch seen, CredentialTouch use) {
    boolean grave = use.grave() || situation.production();
    // Carried off from an agent that was given it: no habit of the team explains that.
    boolean contains = grave && seen.granted();
    return new TrailFinding(this, situation, use)
        // MITRE ATT&CK: Unsecured Credentials, then Valid Accounts.
        .technique("T1552")
        .technique("T1078")
        .because("1. seen", seen)
        .because("2. used", use)
        .conclude(
            contains ? Severity.CRITICAL : Severity.HIGH,
            situation.credential() == null ? 0.6 : 0.9,
            contains ? Recommendation.CONTAIN : Recommendation.NOTIFY,
            "The agent "
                + use.agentId()
                + " uses on "
                + use.source()
                + " "
                + situation.called()
                + " that another agent, "
                + seen.agentId()
                + ", saw on "
                + seen.source()
                + " within an hour; nobody gave it to the one that uses it.");
  }
}
