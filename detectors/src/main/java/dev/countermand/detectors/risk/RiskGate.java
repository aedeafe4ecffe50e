package dev.countermand.detectors.risk;

import dev.countermand.model.Action;
import dev.countermand.model.Finding;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks about what a risky agent attempts. The finding says nothing of the attempt itself, so it is
 * no evidence: it goes into no risk and no incident.
 */
public final class RiskGate {
  /** The rule. */
  public static final String RULE = "risk";

  private RiskGate() {}

  /**
   * The finding that makes an attempt be asked about.
   *
   * @param action the attempt; about anything else nobody is asked
   * @param taskId the task that was open
   * @param risk of the agent, as it was told last
   * @return empty when the agent's risk is below the threshold at the time of the action
   */
  public static Optional<Finding> judge(
      Action action, @Nullable String taskId, Risk risk, RiskPolicy policy) {
    double score = risk.scoreAt(action.received());
    if (action.phase() != Phase.ATTEMPT || score < policy.askAt()) {
      return Optional.empty();
    }
    Duration halfLife = Duration.ofSeconds(risk.halfLifeSeconds());
    List<RiskContribution> strongest =
        risk.contributions().stream()
            .sorted(
                Comparator.comparingDouble(
                    (RiskContribution one) -> -one.weightAt(action.received(), halfLife)))
            .limit(RiskState.MAX_KINDS)
            .toList();
    return Optional.of(
        new Finding(
            action.id() + ":" + RULE,
            action.time(),
            action.id(),
            List.of(),
            action.agentId(),
            action.sessionId(),
            taskId,
            RULE,
            "Agent at risk",
            String.format(
                Locale.ROOT,
                "The risk of the agent is %.0f of 100, by what was found of it before.",
                score),
            null,
            0,
            strongest.stream()
                .map(
                    one ->
                        String.format(
                            Locale.ROOT,
                            "%s weighs %.2f: finding %s of %s, %d of this kind",
                            one.kind(),
                            one.weightAt(action.received(), halfLife),
                            one.findingId(),
                            one.time(),
                            one.count()))
                .toList(),
            Severity.MEDIUM,
            Math.min(1, score / 100),
            Recommendation.ASK,
            List.of(),
            List.of(),
            List.of(),
            Extra.NONE));
  }
}
