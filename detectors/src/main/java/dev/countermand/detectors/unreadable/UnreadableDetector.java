package dev.countermand.detectors.unreadable;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Optional;

/**
 * Finds attempts of which something had to be withheld because it could not be redacted, and those
 * that are too long or too deeply nested to be read to their end. What nobody can read, nobody can
 * judge: without this, a command written to defeat the redactor or the reader would pass as one
 * that does nothing.
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
    if (action.phase() != Phase.ATTEMPT) {
      return Optional.empty();
    }
    return action.redaction().equals(Action.REDACTION_FAILED)
        ? Optional.of(withheld(situation, action))
        : situation.effects().stream()
            .filter(effect -> effect.resource().type().equals(Understanding.UNREAD))
            .findFirst()
            .map(effect -> padded(situation, effect));
  }

  private Finding withheld(Situation situation, Action action) {
    return new FindingDraft(this, situation)
        .technique("T1027")
        .because("the collector shipped metadata only: redaction of its text failed")
        .conclude(
            Severity.HIGH,
            1,
            reachesOut(action.kind()) ? Recommendation.DENY : Recommendation.ASK,
            "The action cannot be read, so nobody can say what it would do. Write it shorter"
                + " and plainer.");
  }

  private Finding padded(Situation situation, Effect effect) {
    return new FindingDraft(this, situation)
        .technique("T1027")
        .because(effect.because())
        .conclude(
            Severity.MEDIUM,
            0.9,
            Recommendation.ASK,
            "Only a part of the action can be read, so nobody can say what the rest would do."
                + " Write it shorter and plainer.");
  }

  /** A large file to write is common, a large command is not. */
  private static boolean reachesOut(ActionKind kind) {
    return switch (kind) {
      case SHELL, SQL, HTTP, MCP -> true;
      case FILE, TOOL, SESSION -> false;
    };
  }
}
