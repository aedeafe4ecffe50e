package dev.countermand.detectors.aftertask;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Sighting;
import dev.countermand.detectors.Situation;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Optional;

/**
 * Finds the use of a credential that an earlier task was given and that no open task is given any
 * more: the agent kept what it had. A person is to be asked.
 */
public final class AfterTaskDetector implements Detector {

  @Override
  public String id() {
    return "after-task";
  }

  @Override
  public String name() {
    return "Credential used after its task";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.action().phase() != Phase.ATTEMPT) {
      return Optional.empty();
    }
    for (CredentialMention mention : situation.action().credentials(CredentialRole.USED)) {
      Optional<Sighting> given = situation.sighting(mention).filter(Sighting::granted);
      if (given.isPresent() && !situation.scope().given(mention)) {
        return Optional.of(
            new FindingDraft(this, situation)
                .technique("T1078")
                .credential(mention.fingerprint())
                .related(given.get().actionId())
                .because("given by the task that was open at " + given.get().time())
                .because("now: " + situation.scope().description())
                .conclude(
                    Severity.HIGH,
                    1,
                    Recommendation.ASK,
                    "The action uses a "
                        + mention.kind()
                        + " credential that only an earlier task was given."));
      }
    }
    return Optional.empty();
  }
}
