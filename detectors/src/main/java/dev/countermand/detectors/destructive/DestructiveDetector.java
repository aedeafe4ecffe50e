package dev.countermand.detectors.destructive;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.understand.Assessment;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.List;
import java.util.Optional;

/**
 * Finds effects that delete or destroy what cannot be put back and that the open task does not
 * grant.
 *
 * <p>An attempt in production, or nobody knows where, is to be denied; one elsewhere is to be asked
 * about. When such an action is reported as done, nothing has stopped it, and the agent is to be
 * contained. What the task grants is only told of, and only where it is grave.
 */
public final class DestructiveDetector implements Detector {

  @Override
  public String id() {
    return "destructive";
  }

  @Override
  public String name() {
    return "Irreversible deletion";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    List<Effect> irreversible = situation.located().stream().filter(Effect::destructive).toList();
    if (irreversible.isEmpty() || situation.action().phase() == Phase.NOTICE) {
      return Optional.empty();
    }
    List<Effect> outside =
        irreversible.stream().filter(effect -> !situation.scope().grants(effect)).toList();
    if (outside.isEmpty()) {
      return granted(situation, irreversible);
    }
    return situation.action().phase() == Phase.ATTEMPT
        ? attempted(situation, outside)
        : done(situation, outside);
  }

  private Optional<Finding> attempted(Situation situation, List<Effect> outside) {
    Effect gravest = gravest(outside);
    Severity severity = Assessment.severity(gravest);
    Recommendation recommendation =
        severity == Severity.CRITICAL ? Recommendation.DENY : Recommendation.ASK;
    String summary = "The action would " + words(gravest) + "; " + notGranted(situation) + ".";
    return Optional.of(finding(situation, outside, severity, recommendation, summary));
  }

  private Optional<Finding> done(Situation situation, List<Effect> outside) {
    Outcome outcome = situation.action().outcome();
    Effect gravest = gravest(outside);
    Severity severity = Assessment.severity(gravest);
    boolean grave = severity == Severity.CRITICAL;
    // Of a lesser one the attempt has told already, and somebody has let it pass.
    if (outcome == Outcome.FAILURE || (!grave && situation.attemptWasSeen())) {
      return Optional.empty();
    }
    Recommendation recommendation =
        grave && outcome == Outcome.SUCCESS ? Recommendation.CONTAIN : Recommendation.NOTIFY;
    String tense =
        outcome == Outcome.SUCCESS ? "The action did " : "The action may have done this: ";
    String summary = tense + words(gravest) + "; " + notGranted(situation) + ".";
    return Optional.of(finding(situation, outside, severity, recommendation, summary));
  }

  private Optional<Finding> granted(Situation situation, List<Effect> irreversible) {
    Effect gravest = gravest(irreversible);
    if (situation.action().phase() != Phase.ATTEMPT
        || Assessment.severity(gravest) != Severity.CRITICAL) {
      return Optional.empty();
    }
    String summary = "The action would " + words(gravest) + ", as its task allows.";
    return Optional.of(
        finding(situation, irreversible, Severity.LOW, Recommendation.NOTIFY, summary));
  }

  private Finding finding(
      Situation situation,
      List<Effect> effects,
      Severity severity,
      Recommendation recommendation,
      String summary) {
    FindingDraft draft = new FindingDraft(this, situation).technique("T1485");
    for (Effect effect : effects) {
      draft.because(
          words(effect)
              + ", which cannot be undone (confidence "
              + effect.confidence()
              + "): "
              + effect.because());
      if (!effect.takes().isEmpty()) {
        draft.because("with it goes: " + String.join("; ", effect.takes()));
      }
    }
    draft.because(situation.scope().description());
    double confidence = effects.stream().mapToDouble(Effect::confidence).max().orElse(0);
    return draft.conclude(severity, confidence, recommendation, summary);
  }

  /** The gravest effect; of equals the first. */
  private static Effect gravest(List<Effect> effects) {
    Effect gravest = effects.get(0);
    for (Effect effect : effects) {
      if (Assessment.severity(effect).compareTo(Assessment.severity(gravest)) > 0) {
        gravest = effect;
      }
    }
    return gravest;
  }

  private static String words(Effect effect) {
    String id = effect.resource().id();
    String environment = effect.resource().environment();
    return effect.verb().wireName()
        + " "
        + effect.resource().type()
        + (id.isEmpty() ? "" : " " + id)
        + (environment.equals("local")
            ? " on this machine"
            : environment.equals("unknown") ? " in an unknown environment" : " in " + environment);
  }

  private static String notGranted(Situation situation) {
    return situation
        .scope()
        .task()
        .map(task -> "the open task " + task.id() + " does not allow that")
        .orElse("no open task allows that");
  }
}
