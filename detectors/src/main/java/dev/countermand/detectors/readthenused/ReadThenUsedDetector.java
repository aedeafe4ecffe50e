package dev.countermand.detectors.readthenused;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Sighting;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds the chain of the incident this project exists for: a credential that no task gave the agent
 * was <em>read here</em> and is <em>used there</em>. Critical, and to be contained, when the use
 * opens production or cannot be undone; else to be asked about.
 */
public final class ReadThenUsedDetector implements Detector {

  @Override
  public String id() {
    return "read-then-used";
  }

  @Override
  public String name() {
    return "Credential read here and used there";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.action().phase() == Phase.NOTICE) {
      return Optional.empty();
    }
    for (CredentialMention mention : situation.action().credentials(CredentialRole.USED)) {
      Optional<Sighting> read =
          situation
              .sighting(mention)
              .filter(sighting -> sighting.file() != null && !sighting.granted());
      if (read.isPresent() && !situation.scope().given(mention)) {
        return Optional.of(chain(situation, mention, read.get()));
      }
    }
    return Optional.empty();
  }

  private Finding chain(Situation situation, CredentialMention used, Sighting read) {
    Optional<Credential> registered = situation.registered(used);
    List<Effect> lasting = situation.located().stream().filter(Effect::destructive).toList();
    boolean production =
        registered.map(credential -> credential.environment().equals("production")).orElse(false)
            || situation.located().stream()
                .anyMatch(effect -> effect.resource().environment().equals("production"));
    boolean grave = production || !lasting.isEmpty();
    String called =
        registered
            .map(credential -> "the credential " + credential.name())
            .orElse("an unregistered " + used.kind() + " credential");
    Duration between = Duration.between(read.time(), situation.action().time());
    FindingDraft draft =
        new FindingDraft(this, situation)
            // MITRE ATT&CK: Credentials In Files, then Valid Accounts.
            .technique("T1552.001")
            .technique("T1078")
            .credential(used.fingerprint())
            .related(read.actionId())
            .because(
                "1. read at " + read.time() + " in " + read.file() + ", action " + read.actionId())
            .because(
                "2. used at "
                    + situation.action().time()
                    + ", "
                    + Math.max(0, between.toSeconds())
                    + " s later, in "
                    + used.field());
    for (Effect effect : lasting) {
      draft.because(
          "3. to "
              + effect.verb().wireName()
              + " "
              + effect.resource().type()
              + " "
              + effect.resource().id()
              + " in "
              + effect.resource().environment()
              + ", which cannot be undone");
    }
    draft.because("outside the task: " + situation.scope().description());
    return draft.conclude(
        grave ? Severity.CRITICAL : Severity.HIGH,
        registered.isPresent() ? 1 : 0.8,
        grave ? Recommendation.CONTAIN : Recommendation.ASK,
        "The action uses "
            + called
            + " that the agent read in "
            + read.file()
            + (lasting.isEmpty() ? "" : ", to do what cannot be undone")
            + "; no task gave it to the agent.");
  }
}
