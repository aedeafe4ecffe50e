package dev.countermand.detectors.unreadable;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Optional;

/**
 * Finds attempts of which something had to be withheld because it could not be redacted. What
 * nobody can read, nobody can judge: without this, a command written to defeat the redactor would
 * pass as one that does nothing.
 */
public final class UnreadableDetector implements Detector {

  @Override
  public String id() {
    return "unreadable";
  }

  @Override
  public String name() {
    return "Attempt that cannot be read";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Action action = situation.action();
    if (action.phase() != Phase.ATTEMPT || !action.redaction().equals(Action.REDACTION_FAILED)) {
      return Optional.empty();
    }
    return Optional.of(
        new FindingDraft(this, situation)
            .technique("T1027")
            .because("the collector shipped metadata only: redaction of its text failed")
            .conclude(
                Severity.HIGH,
                1,
                reachesOut(action.kind()) ? Recommendation.DENY : Recommendation.ASK,
                "The action cannot be read, so nobody can say what it would do. Write it shorter"
                    + " and plainer."));
  }

  /** A large file to write is common, a large command is not. */
  private static boolean reachesOut(ActionKind kind) {
    return switch (kind) {
      case SHELL, SQL, HTTP, MCP -> true;
      case FILE, TOOL, SESSION -> false;
    };
  }
}
