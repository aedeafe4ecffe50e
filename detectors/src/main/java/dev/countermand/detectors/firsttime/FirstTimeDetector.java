package dev.countermand.detectors.firsttime;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.baseline.Novelty;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells of what an agent was never seen with, where something new is rare: an effect, a tool, a
 * host, a credential, an hour of the week ({@link Novelty}). Once a day for each; it adds to the
 * agent's risk, and asks for nothing.
 */
public final class FirstTimeDetector implements Detector {

  @Override
  public String id() {
    return "first-time";
  }

  @Override
  public String name() {
    return "Never seen before";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    if (situation.after().firsts().equals(situation.before().firsts())) {
      return Optional.empty();
    }
    List<Novelty> news =
        Novelty.of(
                situation.known(),
                situation.action(),
                situation.effects(),
                situation.peers(),
                trait -> situation.after().toldOf(trait, situation.before()))
            .stream()
            .sorted(Comparator.comparing(Novelty::probability))
            .toList();
    if (news.isEmpty()) {
      return Optional.empty();
    }
    FindingDraft draft = new FindingDraft(this, situation);
    news.forEach(one -> one.because().forEach(draft::because));
    Novelty first = news.get(0);
    String summary =
        String.format(
            Locale.ROOT,
            "%s: %s %s for the first time in %d days%s.",
            first.ofPeers() ? "The agent and its peers" : "The agent",
            first.trait().kind().wireName(),
            first.trait().text(),
            first.days(),
            news.size() > 1 ? ", and " + (news.size() - 1) + " more" : "");
    double confidence = 0.5 - 0.25 * first.probability() / Novelty.UNLIKELY;
    return Optional.of(draft.conclude(Severity.LOW, confidence, Recommendation.NOTIFY, summary));
  }
}
