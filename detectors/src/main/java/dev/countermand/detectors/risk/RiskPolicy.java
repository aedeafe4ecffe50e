package dev.countermand.detectors.risk;

import dev.countermand.model.Recommendation;
import java.time.Duration;
import java.util.Optional;

/**
 * What a risk leads to.
 *
 * @param halfLife after how long a finding weighs half; positive
 * @param notifyAt from which score on people are told, 0 to 100
 * @param askAt from which score on people are asked, 0 to 100
 * @param containAt from which score on an agent is contained, 0 to 100; 0 for never
 */
public record RiskPolicy(Duration halfLife, double notifyAt, double askAt, double containAt) {
  /** Nothing follows from a risk. */
  public static final RiskPolicy OFF = new RiskPolicy(Duration.ofHours(6), 101, 101, 0);

  /** What a score asks for; empty below every threshold. */
  public Optional<Recommendation> answer(double score) {
    if (containAt > 0 && score >= containAt) {
      return Optional.of(Recommendation.CONTAIN);
    }
    if (score >= askAt) {
      return Optional.of(Recommendation.ASK);
    }
    return score >= notifyAt ? Optional.of(Recommendation.NOTIFY) : Optional.empty();
  }
}
