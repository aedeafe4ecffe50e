package dev.countermand.detectors.environmentmismatch;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Resource;
import dev.countermand.model.Severity;
import dev.countermand.model.Task;
import java.util.Optional;

/**
 * Finds the use of a registered credential whose environment the open task does not reach: a task
 * for staging with a token that opens production. Given by mistake or not, a person is to be asked.
 */
public final class EnvironmentMismatchDetector implements Detector {

  @Override
  public String id() {
    return "environment-mismatch";
  }

  @Override
  public String name() {
    return "Credential of another environment than the task's";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Optional<Task> task = situation.scope().task();
    if (task.isEmpty() || situation.action().phase() != Phase.ATTEMPT) {
      return Optional.empty();
    }
    for (CredentialMention mention : situation.action().credentials(CredentialRole.USED)) {
      Optional<Credential> other =
          situation
              .registered(mention)
              .filter(credential -> !reaches(task.get(), credential.environment()));
      if (other.isPresent()) {
        return Optional.of(finding(situation, task.get(), mention, other.get()));
      }
    }
    return Optional.empty();
  }

  private static boolean reaches(Task task, String environment) {
    return environment.equals(Resource.UNKNOWN_ENVIRONMENT)
        || task.environments().contains("*")
        || task.environments().contains(environment);
  }

  private Finding finding(
      Situation situation, Task task, CredentialMention mention, Credential credential) {
    boolean given = situation.scope().given(mention);
    return new FindingDraft(this, situation)
        .technique("T1078")
        .credential(mention.fingerprint())
        .because(
            credential.name()
                + " opens "
                + credential.environment()
                + ", the task reaches "
                + String.join(", ", task.environments()))
        .because(given ? "the task was given the credential" : "the task was not given it either")
        .because(situation.scope().description())
        .conclude(
            credential.environment().equals("production") ? Severity.HIGH : Severity.MEDIUM,
            1,
            Recommendation.ASK,
            "The action uses the credential "
                + credential.name()
                + " of "
                + credential.environment()
                + ", where the open task "
                + task.id()
                + " has nothing to do.");
  }
}
