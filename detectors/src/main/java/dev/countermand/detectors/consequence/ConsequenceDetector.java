package dev.countermand.detectors.consequence;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.understand.Assessment;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Optional;

/**
 * Finds attempts that give somebody access, send something away, run what nobody has read, or
 * remove what can be put back only with effort, where no task grants that. A person is to be asked.
 *
 * <p>It speaks from severity {@code medium} of {@link Assessment} on. What is destroyed, read as a
 * secret or guards the agent is left to the detectors of these.
 */
public final class ConsequenceDetector implements Detector {

  @Override
  public String id() {
    return "consequence";
  }

  @Override
  public String name() {
    return "Action of consequence";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.action().phase() != Phase.ATTEMPT) {
      return Optional.empty();
    }
    List<Effect> grave =
        situation.located().stream()
            .filter(ConsequenceDetector::speaksOf)
            .filter(effect -> !situation.scope().grants(effect))
            .toList();
    if (grave.isEmpty()) {
      return Optional.empty();
    }
    FindingDraft draft = new FindingDraft(this, situation);
    Severity severity = Severity.NONE;
    double confidence = 0;
    for (Effect effect : grave) {
      severity = severity.or(Assessment.severity(effect));
      confidence = Math.max(confidence, effect.confidence());
      draft.because(
          words(effect) + " (confidence " + effect.confidence() + "): " + effect.because());
    }
    draft.because(situation.scope().description());
    return Optional.of(
        draft.conclude(
            severity,
            confidence,
            Recommendation.ASK,
            "The action would " + words(grave.get(0)) + "; no open task allows that."));
  }

  private static boolean speaksOf(Effect effect) {
    return !effect.destructive()
        && effect.verb() != Verb.READ_SECRET
        && !effect.resource().type().startsWith("agent-")
        && effect.confidence() >= Assessment.SURE
        && Assessment.severity(effect).compareTo(Severity.MEDIUM) >= 0;
  }

  private static String words(Effect effect) {
    String id = effect.resource().id();
    return effect.verb().wireName()
        + " "
        + effect.resource().type()
        + (id.isEmpty() ? "" : " " + id)
        + " ("
        + effect.resource().environment()
        + ")";
  }
}
