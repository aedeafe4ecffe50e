package dev.countermand.detectors.denyloop;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.refusal.Refusals;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Optional;

/**
 * Finds an agent that goes on although it is refused again and again: by Countermand, by providers
 * (401, 403 and what they say instead), by the operating system, or by a person. Told of at {@value
 * Refusals#FEWEST} refusals in a row and at each doubling; from {@value #FEWEST_TO_ASK} on a person
 * is asked about the attempt that shows it. What fails without being refused does not count.
 */
public final class DenyLoopDetector implements Detector {
  /** Fewest refusals in a row about which a person is asked. */
  static final int FEWEST_TO_ASK = 10;

  @Override
  public String id() {
    return "deny-loop";
  }

  @Override
  public String name() {
    return "Refused again and again";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Refusals row = situation.after().refusals();
    return row.tells(situation.before().refusals())
        ? Optional.of(finding(situation, row))
        : Optional.empty();
  }

  private Finding finding(Situation situation, Refusals row) {
    FindingDraft draft =
        new FindingDraft(this, situation)
            .because(
                row.count()
                    + " refusals from "
                    + row.since()
                    + " to "
                    + row.last()
                    + ": "
                    + row.ours()
                    + " by Countermand, "
                    + (row.count() - row.ours())
                    + " by others")
            .because(
                "no action between them succeeded that does more than read; a row is told of from "
                    + Refusals.FEWEST
                    + " on and asked about from "
                    + FEWEST_TO_ASK
                    + " on");
    row.actions().forEach(draft::related);
    row.credentials().forEach(draft::credential);
    boolean grave = row.count() >= FEWEST_TO_ASK;
    boolean asks = grave && situation.action().phase() == Phase.ATTEMPT;
    return draft.conclude(
        grave ? Severity.HIGH : Severity.MEDIUM,
        grave ? 0.8 : 0.6,
        asks ? Recommendation.ASK : Recommendation.NOTIFY,
        "The agent was refused " + row.count() + " times in a row and goes on.");
  }
}
