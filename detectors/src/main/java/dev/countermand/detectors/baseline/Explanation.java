package dev.countermand.detectors.baseline;

import dev.countermand.model.Baseline;
import dev.countermand.model.Learned;
import dev.countermand.model.json.Extra;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a baseline says, for people and for subjects that are new. */
public final class Explanation {
  /** How long a subject has to be watched until it outweighs its peers, in seconds. */
  public static final double PEERS_SECONDS = 3_600;

  private Explanation() {}

  /** One sentence with the numbers a person can check. */
  public static String of(Baseline baseline) {
    if (!baseline.seen().isEmpty()) {
      return baseline.subject()
          + " was seen with "
          + baseline.seen().stream()
              .map(seen -> seen.size() + " of kind " + seen.kind())
              .collect(Collectors.joining(", "))
          + " until "
          + baseline.time()
          + ".";
    }
    Learned learned = baseline.learned();
    double hourly = baseline.expected(PEERS_SECONDS);
    String rate =
        String.format(
            Locale.ROOT, "%s of %s: %.2f an hour", baseline.feature(), baseline.subject(), hourly);
    if (learned == null) {
      return rate + ".";
    }
    if (learned.windows() == 0 && learned.peers() != null) {
      return rate + ", as " + learned.peers() + "; nothing of its own was seen yet.";
    }
    return rate
        + String.format(
            Locale.ROOT,
            "; of %d active windows of %d s half had at most %d, 95 of 100 at most %d,"
                + " 99 of 100 at most %d, none more than %d. Learned from %s until %s;"
                + " %d windows were withheld.",
            learned.windows(),
            learned.windowSeconds(),
            learned.p50(),
            learned.p95(),
            learned.p99(),
            learned.max(),
            learned.from(),
            baseline.time(),
            learned.withheld());
  }

  /**
   * The baseline of a subject with its peers' as the prior, as if it had done for an hour what they
   * do. A subject without a baseline of its own has its peers' alone, and says so.
   *
   * @param own what {@link LearnedRate#baseline} made of the subject, if it was seen before
   * @param peers the baseline of its peer group for the same feature
   */
  public static Baseline withPeers(String subject, Optional<Baseline> own, Baseline peers) {
    double shape = peers.expected(PEERS_SECONDS);
    Learned unseen =
        new Learned(
            LearnedRate.WINDOW.toSeconds(),
            0,
            0,
            0,
            0,
            0,
            0,
            peers.time(),
            peers.subject(),
            Extra.NONE);
    return own.map(
            known ->
                new Baseline(
                    subject,
                    known.time(),
                    known.feature(),
                    known.shape() - LearnedRate.PRIOR_EVENTS + shape,
                    known.exposure() - LearnedRate.PRIOR_SECONDS + PEERS_SECONDS,
                    known.learned(),
                    known.extra()))
        .orElseGet(
            () ->
                new Baseline(
                    subject,
                    peers.time(),
                    peers.feature(),
                    shape,
                    PEERS_SECONDS,
                    unseen,
                    Extra.NONE));
  }
}
