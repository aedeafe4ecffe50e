package dev.countermand.runtime.config;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;

/**
 * What the risk of a subject leads to.
 *
 * @param halfLife after how long a finding weighs half; 6 h by default
 * @param notifyAt from which score on people are told; 50 by default
 * @param askAt from which score on people are asked; 90 by default
 * @param containAt from which score on an agent is contained; 0, the default, for never
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record RiskSettings(Duration halfLife, int notifyAt, int askAt, int containAt) {
  private static final int MOST = 100;

  public RiskSettings {
    halfLife = Values.or(halfLife, Duration.ofHours(6));
    notifyAt = notifyAt == 0 ? 50 : notifyAt;
    askAt = askAt == 0 ? 90 : askAt;
    if (halfLife.toMillis() <= 0) {
      throw new ConfigurationProblem("risk.half-life must be positive");
    }
    boolean isInRange = notifyAt > 0 && askAt <= MOST && containAt >= 0 && containAt <= MOST;
    boolean isInOrder = notifyAt <= askAt && (containAt == 0 || askAt <= containAt);
    if (!isInRange || !isInOrder) {
      throw new ConfigurationProblem(
          "risk.notify-at, risk.ask-at and risk.contain-at must be 1 to 100 and none lower than the"
              + " one before");
    }
  }
}
