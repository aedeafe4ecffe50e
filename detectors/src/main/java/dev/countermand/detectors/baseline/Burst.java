package dev.countermand.detectors.baseline;

import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.Phase;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An agent that does one thing more often than is to be expected.
 *
 * @param feature what it does
 * @param window the window in which that is the least probable
 * @param seen how often it was seen in that window
 * @param expectation what was to be expected
 * @param probability of so many or more in this window alone, given that there is one
 */
public record Burst(
    Feature feature, Window window, long seen, Expectation expectation, double probability) {
  /**
   * How many probabilities are looked at: of each feature in each window. By Bonferroni's
   * inequality the probability that any of them is below {@code p} is at most {@code p} times that.
   */
  public static final int LOOKS = Feature.values().length * Window.values().length;

  /** Corrected probability from which on nothing is said. */
  public static final double UNLIKELY = 1e-4;

  /** Corrected probability below which a person is asked, where the thing is grave. */
  public static final double VERY_UNLIKELY = 1e-6;

  /** Corrected probability below which an agent is contained, where it cannot be undone. */
  public static final double IMPOSSIBLE = 1e-9;

  /** Fewest events that are a burst. */
  public static final int FEWEST = 5;

  /** Fewest events that contain: a handful of files looks impossible to a rate of none. */
  public static final int FEWEST_TO_CONTAIN = 20;

  private static final int TOLD = 1;
  private static final int ASKED = 2;
  private static final int CONTAINED = 3;

  /**
   * The features that an action may complete a burst of: what it counts for, and of an attempt the
   * refusals before it.
   *
   * @param counts what {@link Features#unscored} says of it
   */
  public static Set<Feature> features(Action action, Map<Feature, Long> counts) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    features.addAll(counts.keySet());
    if (action.phase() == Phase.ATTEMPT) {
      features.add(Feature.DENIALS);
    }
    return features;
  }

  /** What a feature's counts are, by the window in which they are the least probable. */
  public static Optional<Burst> of(
      Activity activity, Feature feature, Known known, String agentId, String peers) {
    return activity.seen(feature, Window.HOUR) < FEWEST
        ? Optional.empty()
        : of(activity, feature, Expectation.of(known, agentId, peers, feature));
  }

  /**
   * What one agent's counts with a credential or a kind of resource are, where enough was learned
   * of it.
   *
   * @param activity of the agent, with that subject alone
   * @param subject {@code credential:<fingerprint>} or {@code resource:<type>@<environment>}
   */
  public static Optional<Burst> ofSubject(
      Activity activity, Feature feature, Known known, String subject) {
    return activity.seen(feature, Window.HOUR) < FEWEST
        ? Optional.empty()
        : Expectation.ofSubject(known, subject, feature)
            .flatMap(expectation -> of(activity, feature, expectation));
  }

  private static Optional<Burst> of(Activity activity, Feature feature, Expectation expectation) {
    Burst least = null;
    for (Window window : Window.values()) {
      long seen = activity.seen(feature, window);
      if (seen >= FEWEST) {
        double probability = expectation.probability(window, seen);
        if (least == null || probability < least.probability()) {
          least = new Burst(feature, window, seen, expectation, probability);
        }
      }
    }
    return Optional.ofNullable(least).filter(burst -> burst.corrected() < UNLIKELY);
  }

  /** The probability, corrected for how many are looked at. */
  public double corrected() {
    return Math.min(1, probability * looks());
  }

  /** How many probabilities are looked at of an action, of this kind. */
  public int looks() {
    return expectation.source() == Expectation.Source.SUBJECT
        ? LOOKS * Features.MAX_FOLLOWED
        : LOOKS;
  }

  /**
   * How grave it is: 1 to tell of, 2 to ask a person about, 3 to contain. What is built in never
   * does more than tell; peers, credentials and resources never more than ask; reads, writes,
   * failures, refusals and sizes are told of.
   */
  public int level() {
    boolean learned = expectation.source() != Expectation.Source.BUILT_IN;
    if (!learned || !isGrave() || corrected() >= VERY_UNLIKELY) {
      return TOLD;
    }
    boolean contained =
        expectation.source() == Expectation.Source.OWN
            && isFinal()
            && corrected() < IMPOSSIBLE
            && seen >= FEWEST_TO_CONTAIN;
    return contained ? CONTAINED : ASKED;
  }

  /** Whether a person is asked. */
  public boolean asks() {
    return level() >= ASKED;
  }

  /** Whether the agent is to be contained. */
  public boolean contains() {
    return level() == CONTAINED;
  }

  private boolean isGrave() {
    return switch (feature) {
      case DELETES, DESTROYS, GRANTS, SECRET_READS, SENDS -> true;
      case READS, WRITES, FAILURES, DENIALS, KIB_READ, KIB_SENT -> false;
    };
  }

  private boolean isFinal() {
    return feature == Feature.DELETES || feature == Feature.DESTROYS;
  }
}
