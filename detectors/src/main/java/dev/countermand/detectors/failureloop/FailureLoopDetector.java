package dev.countermand.detectors.failureloop;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Optional;

/**
 * Finds an agent whose calls all fail and that goes on: it is stuck, or it tries doors. Told of at
 * {@value Failures#FEWEST} failures in a row and at each doubling, never asked about: it adds to
 * the risk. What is refused is the deny loop's.
 */
public final class FailureLoopDetector implements Detector {
  @Override
  public String id() {
    return "failure-loop";
  }

  @Override
  public String name() {
    return "Fails again and again";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Failures row = situation.after().failures();
    return row.tells(situation.before().failures())
        ? Optional.of(
            new FindingDraft(this, situation)
                .because(
                    row.count() + " results since " + row.since() + ", and none of them a success")
                .conclude(
                    Severity.LOW,
                    0.5,
                    Recommendation.NOTIFY,
                    "The last " + row.count() + " calls of the agent failed and it goes on."))
        : Optional.empty();
  }
}
