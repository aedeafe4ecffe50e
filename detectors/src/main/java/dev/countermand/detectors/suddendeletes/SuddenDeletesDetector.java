package dev.countermand.detectors.suddendeletes;

import dev.countermand.detectors.DeleteRate;
import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.baseline.Expectation;
import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.Window;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds minutes with many more deletes than the agent's own baseline leads to expect.
 *
 * <p>The measure is the probability of so many deletes or more under the negative binomial
 * distribution that {@link DeleteRate} predicts. Below {@value #UNLIKELY} a person is asked; below
 * {@value #IMPOSSIBLE}, and with enough deletes that it is no slip, the agent is to be contained.
 * Where the open task grants every one of the action's deletes a person is asked at most.
 *
 * <p>That distribution knows the last hours. What the agent's learned baseline ({@link
 * Expectation}) makes probable does not fire either: a clean-up that comes every night is not
 * sudden. What is built in, and what peers do, excuses nothing.
 */
public final class SuddenDeletesDetector implements Detector {
  /** Least improbable count that fires. */
  static final double UNLIKELY = 1e-4;

  /** Least improbable count that contains. */
  static final double IMPOSSIBLE = 1e-7;

  /** Fewest deletes that fire. */
  static final int FEWEST = 5;

  /** Fewest deletes that contain: after a quiet hour even five look impossible. */
  static final int FEWEST_TO_CONTAIN = 20;

  /** Fewest active minutes that were learned of what excuses. */
  static final int FEWEST_MINUTES = 20;

  @Override
  public String id() {
    return "sudden-deletes";
  }

  @Override
  public String name() {
    return "Sudden deletes";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    DeleteRate rate = situation.after().deletes();
    List<Effect> removals = situation.removals();
    if (rate == null || rate.equals(situation.before().deletes()) || removals.isEmpty()) {
      return Optional.empty();
    }
    long seen = rate.seen();
    if (seen < FEWEST) {
      return Optional.empty();
    }
    Optional<Expectation> learned = learned(situation, removals);
    double probability =
        Math.max(
            rate.probability(), learned.map(l -> l.probability(Window.MINUTE, seen)).orElse(0.0));
    if (probability >= UNLIKELY) {
      return Optional.empty();
    }
    boolean granted = removals.stream().allMatch(situation.scope()::grants);
    boolean contain = probability < IMPOSSIBLE && seen >= FEWEST_TO_CONTAIN && !granted;
    return Optional.of(
        finding(
            situation,
            rate,
            probability,
            learned,
            contain ? Severity.CRITICAL : Severity.HIGH,
            contain ? Recommendation.CONTAIN : Recommendation.ASK));
  }

  /** What was learned of the gravest that the action does, if that was often enough. */
  private static Optional<Expectation> learned(Situation situation, List<Effect> removals) {
    boolean destroys = removals.stream().anyMatch(effect -> effect.verb() == Verb.DESTROY);
    return Expectation.own(
            situation.known(),
            situation.action().agentId(),
            destroys ? Feature.DESTROYS : Feature.DELETES)
        .filter(known -> known.windows() >= FEWEST_MINUTES);
  }

  private Finding finding(
      Situation situation,
      DeleteRate rate,
      double probability,
      Optional<Expectation> learned,
      Severity severity,
      Recommendation recommendation) {
    long window = DeleteRate.WINDOW.toSeconds();
    FindingDraft draft =
        new FindingDraft(this, situation)
            .technique("T1485")
            .because(
                String.format(
                    Locale.ROOT,
                    "%d deletes within %d s; %.2f were to be expected",
                    rate.seen(),
                    window,
                    rate.expected()))
            .because(
                String.format(
                    Locale.ROOT,
                    "probability of so many or more: %.1e; a person is asked below %.0e",
                    probability,
                    UNLIKELY))
            .because(
                String.format(
                    Locale.ROOT,
                    "the baseline is this agent's own: %.1f deletes in %.0f s before the window,"
                        + " the prior included",
                    rate.baseline().shape(),
                    rate.baseline().exposure()))
            .because(situation.scope().description());
    learned.ifPresent(
        known ->
            draft.because(
                String.format(
                    Locale.ROOT,
                    "what was learned does not explain it: %.2f were to be expected of a busy"
                        + " minute; %s",
                    known.expected(Window.MINUTE),
                    known.because())));
    String summary =
        String.format(
            Locale.ROOT,
            "The agent deletes %d things within %d s where %.2f were to be expected.",
            rate.seen(),
            window,
            rate.expected());
    double confidence = 1 - Math.min(1, probability / UNLIKELY) * 0.5;
    return draft.conclude(severity, confidence, recommendation, summary);
  }
}
