package dev.countermand.detectors.readbyanother;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.detectors.trail.TrailFinding;
import dev.countermand.detectors.trail.TrailSituation;
import dev.countermand.detectors.trail.Visit;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the chain over two agents: one read a credential in a file, another uses it, and nobody
 * gave it to the other. In whichever order the two are told of.
 */
public final class ReadByAnotherDetector implements TrailDetector {

  @Override
  public String id() {
    return "read-by-another";
  }

  @Override
  public String name() {
    return "Credential read by one agent and used by another";
  }

  @Override
  public List<Finding> detect(TrailSituation situation) {
    CredentialTouch touch = situation.touch();
    if (touch.role() == CredentialRole.USED) {
      return situation.firstUse() && !touch.granted()
          ? reader(situation, touch).map(read -> chain(situation, read, touch)).stream().toList()
          : List.of();
    }
    if (touch.file() == null || touch.granted() || !situation.firstSighting()) {
      return List.of();
    }
    // The use was told of first: collectors report at their own pace.
    return situation.others().stream()
        .flatMap(visit -> visit.use().stream())
        .filter(used -> !used.granted() && !used.time().isBefore(touch.time()))
        .filter(used -> reader(situation, used).filter(touch::equals).isPresent())
        .map(used -> chain(situation, touch, used))
        .toList();
  }

  /** Who of the other agents read it first, if the user did not read it before. */
  private static Optional<CredentialTouch> reader(TrailSituation situation, CredentialTouch use) {
    List<CredentialTouch> reads =
        situation.trail().visits().stream()
            .map(Visit::sighting)
            .flatMap(Optional::stream)
            .filter(read -> read.file() != null && !read.granted())
            .filter(read -> !read.time().isAfter(use.time()))
            .toList();
    boolean own = reads.stream().anyMatch(read -> read.agentId().equals(use.agentId()));
    return own
        ? Optional.empty()
        : reads.stream()
            .min(
                Comparator.comparing(CredentialTouch::time)
                    .thenComparing(CredentialTouch::actionId));
  }

  private Finding chain(TrailSituation situation, CredentialTouch read, CredentialTouch use) {
    boolean grave = use.grave() || situation.production();
    boolean known = situation.credential() != null;
    return new TrailFinding(this, situation, use)
        // MITRE ATT&CK: Credentials In Files, then Valid Accounts.
        .technique("T1552.001")
        .technique("T1078")
        .because("1. read", read)
        .because("2. used", use)
        .conclude(
            grave ? Severity.CRITICAL : known ? Severity.HIGH : Severity.MEDIUM,
            known ? 0.95 : 0.7,
            grave ? Recommendation.CONTAIN : Recommendation.NOTIFY,
            "The agent "
                + use.agentId()
                + " uses "
                + situation.called()
                + " that another agent, "
                + read.agentId()
                + ", read in "
                + read.file()
                + "; no task gave it to either.");
  }
}
