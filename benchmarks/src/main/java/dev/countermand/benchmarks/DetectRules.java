package dev.countermand.benchmarks;

import dev.countermand.detectors.Known;
import dev.countermand.detectors.baseline.Activity;
import dev.countermand.detectors.baseline.Burst;
import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.model.Baseline;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/** The rules that are compared. Each is told of every event in order and keeps what it needs. */
final class DetectRules {
  static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final String AGENT = "bench";
  private static final String PEERS = "peers:bench";

  private DetectRules() {}

  /** Whether what came up to an event, with it, is out of the ordinary. */
  interface Rule {
    boolean alarms(double second);
  }

  static Instant at(double second) {
    return START.plusMillis(Math.round(second * 1_000));
  }

  /** What the scoring job does, with what the learning job would have published by then. */
  static final class Ours implements Rule {
    private final int least;
    private final Learner learner;
    private Activity activity = Activity.NONE;

    /**
     * @param least the level from which on it counts: 1 told of, 2 asked about
     */
    Ours(int least, Learner learner) {
      this.least = least;
      this.learner = learner;
    }

    @Override
    public boolean alarms(double second) {
      activity = activity.plus(at(second), Map.of(Feature.DELETES, 1L));
      Known known = new Known(fingerprint -> Optional.empty(), learner::baseline);
      return Burst.of(activity, Feature.DELETES, known, AGENT, PEERS)
          .filter(burst -> burst.level() >= least)
          .isPresent();
    }
  }

  /** Learns minute by minute; what it knows is published once an hour. */
  static final class Learner {
    private LearnedRate rate = LearnedRate.startingAt(START);
    private Optional<Baseline> published = Optional.empty();
    private Instant minute = START;
    private Instant publish = START;
    private long count;

    void learn(double second) {
      Instant now = LearnedRate.windowOf(at(second));
      if (now.isAfter(minute)) {
        if (count > 0) {
          rate = rate.learn(minute, count);
        }
        minute = now;
        count = 0;
      }
      if (!now.isBefore(publish)) {
        published = Optional.of(rate.baseline("agent:" + AGENT, Feature.DELETES, PEERS));
        publish = now.plusSeconds(3_600);
      }
      count++;
    }

    Optional<Baseline> baseline(String key) {
      return published.filter(known -> known.key().equals(key));
    }
  }

  /** More than so many within a minute. */
  static final class Fixed implements Rule {
    private final int threshold;
    private final Deque<Double> minute = new ArrayDeque<>();

    Fixed(int threshold) {
      this.threshold = threshold;
    }

    @Override
    public boolean alarms(double second) {
      return sliding(minute, second) > threshold;
    }
  }

  /** More within a minute than the mean and three standard deviations of the sixty before it. */
  static final class ThreeSigma implements Rule {
    private static final int MINUTES = 60;
    private final Deque<Double> minute = new ArrayDeque<>();
    private final long[] counts = new long[MINUTES + 1];
    private long newest = Long.MIN_VALUE;

    @Override
    public boolean alarms(double second) {
      long now = (long) (second / 60);
      for (long one = Math.max(newest + 1, Math.max(0, now - MINUTES));
          newest != now && one <= now;
          one++) {
        counts[(int) (one % counts.length)] = 0;
      }
      newest = now;
      counts[(int) (now % counts.length)]++;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < counts.length; i++) {
        if (i != now % counts.length) {
          sum += counts[i];
          squares += (double) counts[i] * counts[i];
        }
      }
      double mean = sum / MINUTES;
      double deviation = Math.sqrt(Math.max(0, squares / MINUTES - mean * mean));
      long seen = sliding(minute, second);
      return seen >= Burst.FEWEST && seen > mean + 3 * deviation;
    }
  }

  private static long sliding(Deque<Double> minute, double second) {
    minute.addLast(second);
    while (minute.getFirst() <= second - 60) {
      minute.removeFirst();
    }
    return minute.size();
  }
}
