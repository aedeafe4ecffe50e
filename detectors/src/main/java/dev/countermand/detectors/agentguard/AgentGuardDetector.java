package dev.countermand.detectors.agentguard;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Resource;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds agents that change what watches or stops them: hooks, permissions, servers of tools,
 * Countermand's own files and processes, and agents that are started without a gate.
 *
 * <p>An attempt is to be asked about, one on Countermand itself to be denied. Where that one was
 * done and no attempt had been seen, the agent is no longer under control and is to be contained;
 * all else that was done is told of.
 */
public final class AgentGuardDetector implements Detector {
  @Override
  public String id() {
    return "agent-guard";
  }

  @Override
  public String name() {
    return "Change of the agent's own guard";
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Phase phase = situation.action().phase();
    Outcome outcome = situation.action().outcome();
    List<Effect> changes =
        situation.effects().stream()
            .filter(effect -> Situation.GUARDS.contains(effect.resource().type()))
            .filter(effect -> effect.verb() != Verb.READ)
            // No grant covers Countermand itself, however wide it is: it would end every grant.
            .filter(effect -> ofCountermand(effect) || !situation.scope().grants(effect))
            .toList();
    boolean failed = phase == Phase.RESULT && outcome == Outcome.FAILURE;
    if (changes.isEmpty() || phase == Phase.NOTICE || failed) {
      return Optional.empty();
    }
    FindingDraft draft = new FindingDraft(this, situation).technique("T1562.001");
    for (Effect change : changes) {
      draft.because(
          change.verb().wireName()
              + " "
              + change.resource().type()
              + " "
              + change.resource().id()
              + " (confidence "
              + change.confidence()
              + "): "
              + change.because());
    }
    draft.because(situation.scope().description());
    double confidence = changes.stream().mapToDouble(Effect::confidence).max().orElse(0);
    return Optional.of(
        draft.conclude(
            Severity.HIGH,
            confidence,
            recommendation(situation, changes),
            (phase == Phase.ATTEMPT ? "The action would change" : "The action changed")
                + " what guards the agent: "
                + named(changes.get(0).resource())
                + "."));
  }

  private static String named(Resource resource) {
    return resource.id().isEmpty() ? "its " + resource.type() : resource.id();
  }

  private static Recommendation recommendation(Situation situation, List<Effect> changes) {
    boolean ours = changes.stream().anyMatch(AgentGuardDetector::ofCountermand);
    if (situation.action().phase() == Phase.ATTEMPT) {
      return ours ? Recommendation.DENY : Recommendation.ASK;
    }
    boolean unseen = !situation.attemptWasSeen();
    return ours && unseen && situation.action().outcome() == Outcome.SUCCESS
        ? Recommendation.CONTAIN
        : Recommendation.NOTIFY;
  }

  private static boolean ofCountermand(Effect effect) {
    return effect.resource().id().toLowerCase(Locale.ROOT).contains("countermand")
        || effect.because().toLowerCase(Locale.ROOT).contains("countermand");
  }
}
