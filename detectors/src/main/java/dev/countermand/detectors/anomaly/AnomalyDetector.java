package dev.countermand.detectors.anomaly;

import dev.countermand.detectors.Detector;
import dev.countermand.detectors.FindingDraft;
import dev.countermand.detectors.Situation;
import dev.countermand.detectors.baseline.Activity;
import dev.countermand.detectors.baseline.Burst;
import dev.countermand.detectors.baseline.Expectation;
import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.Features;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds an agent that does one thing much more often, within 10 s, a minute or an hour, than its
 * learned baseline leads to expect; where none was learned, than that of its peers, or than what is
 * built in; or than that of a credential it uses or a kind of resource it touches. {@link
 * Expectation} says what is expected and {@link Burst} how improbable is how grave. Of a burst
 * there is one finding when it begins, one when it becomes graver, and one an hour while it goes on
 * ({@link Activity#judged}).
 *
 * <p>Where the open task grants every effect of the action that counts, a person is asked at most.
 */
public final class AnomalyDetector implements Detector {

  @Override
  public String id() {
    return "anomaly";
  }

  @Override
  public String name() {
    return "Out of the ordinary";
  }

  @Override
  public boolean needsHistory() {
    return true;
  }

  @Override
  public Optional<Finding> detect(Situation situation) {
    Activity before = situation.before().activity();
    Activity after = situation.after().activity();
    // Without counts the same object goes on; nothing can be told of it.
    boolean follows = situation.after().followed() != situation.before().followed();
    if (!follows && !after.tells(before)) {
      return Optional.empty();
    }
    String peers = situation.peers();
    Stream<Burst> own =
        Burst.features(
                situation.action(), Features.unscored(situation.action(), situation.effects()))
            .stream()
            .filter(feature -> after.tells(feature, before))
            .flatMap(
                feature ->
                    Burst.of(after, feature, situation.known(), situation.action().agentId(), peers)
                        .stream());
    List<Burst> followed =
        situation
            .after()
            .followed()
            .told(
                situation.before().followed(),
                Features.followed(situation.action(), situation.effects()),
                situation.known());
    List<Burst> bursts =
        Stream.concat(own, followed.stream())
            .sorted(Comparator.comparing(Burst::level).reversed().thenComparing(Burst::probability))
            .toList();
    return bursts.isEmpty() ? Optional.empty() : Optional.of(finding(situation, bursts));
  }

  /** The gravest burst is what the finding is about; the others are evidence. */
  private Finding finding(Situation situation, List<Burst> bursts) {
    FindingDraft draft = new FindingDraft(this, situation);
    Burst worst = bursts.get(0);
    technique(worst.feature()).ifPresent(draft::technique);
    for (Burst burst : bursts) {
      draft
          .because(
              String.format(
                  Locale.ROOT,
                  "%s: %d within the last %s; %.2f were to be expected of a busy one",
                  name(burst),
                  burst.seen(),
                  burst.window().text(),
                  burst.expectation().expected(burst.window())))
          .because(
              String.format(
                  Locale.ROOT,
                  "probability of so many or more: %.1e; times %d, for as many are looked at,"
                      + " %.1e: told of below %.0e, asked about below %.0e",
                  burst.probability(),
                  burst.looks(),
                  burst.corrected(),
                  Burst.UNLIKELY,
                  Burst.VERY_UNLIKELY))
          .because(burst.expectation().because());
    }
    boolean granted = granted(situation, worst.feature());
    Recommendation recommendation = Recommendation.NOTIFY;
    Severity severity = Severity.LOW;
    if (worst.contains() && !granted) {
      recommendation = Recommendation.CONTAIN;
      severity = Severity.CRITICAL;
    } else if (worst.asks()) {
      recommendation = Recommendation.ASK;
      severity = Severity.HIGH;
    } else if (worst.expectation().source() != Expectation.Source.BUILT_IN
        && worst.corrected() < Burst.VERY_UNLIKELY) {
      severity = Severity.MEDIUM;
    }
    String summary =
        String.format(
            Locale.ROOT,
            "The agent has %d %s within the last %s where %.2f were to be expected%s.",
            worst.seen(),
            name(worst),
            worst.window().text(),
            worst.expectation().expected(worst.window()),
            switch (worst.expectation().source()) {
              case OWN -> "";
              case PEERS -> " of its peers";
              case SUBJECT -> " of all agents together";
              case BUILT_IN -> " of an agent nobody knows";
            });
    double confidence = 1 - worst.corrected() / Burst.UNLIKELY * 0.5;
    return draft.conclude(severity, confidence, recommendation, summary);
  }

  private static boolean granted(Situation situation, Feature feature) {
    List<Effect> counted =
        situation.effects().stream()
            .filter(effect -> Feature.of(effect.verb()).filter(feature::equals).isPresent())
            .toList();
    return !counted.isEmpty() && counted.stream().allMatch(situation.scope()::grants);
  }

  private static String name(Burst burst) {
    String name = burst.feature().wireName().replace('_', ' ').replace('-', ' ');
    return burst.expectation().source() == Expectation.Source.SUBJECT
        ? name + " with " + burst.expectation().subject()
        : name;
  }

  private static Optional<String> technique(Feature feature) {
    return switch (feature) {
      case DELETES, DESTROYS -> Optional.of("T1485");
      case SECRET_READS -> Optional.of("T1552");
      case GRANTS -> Optional.of("T1098");
      case SENDS, KIB_SENT -> Optional.of("T1567");
      case READS, WRITES, FAILURES, DENIALS, KIB_READ -> Optional.empty();
    };
  }
}
