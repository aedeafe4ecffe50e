package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Features;
import dev.countermand.model.Baseline;
import org.jspecify.annotations.Nullable;

/**
 * What flows between the operators. The records are public, and made of what Flink has serializers
 * for: it serialises nothing else without Kryo, which this job forbids.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and what Flink serialises best
public final class Flowing {
  private Flowing() {}

  /** What is told of members to their peer group. */
  interface OfGroup {
    /** When the window began, in milliseconds since 1970. */
    long start();

    /** The group. */
    String subject();
  }

  /**
   * One sample of an action, what the action is known by, or a record that could not be read.
   *
   * @param time milliseconds since 1970; the least there is for a record that could not be read, so
   *     that it moves no watermark
   * @param subject for whom it counts
   * @param feature what was done
   * @param peers the peer group of the agent
   * @param count how often
   * @param teaches whether it is an example
   * @param traits what an action is known by; null for a sample
   * @param letter the dead letter of a record that could not be read, else null
   */
  public record Observed(
      long time,
      String subject,
      String feature,
      String peers,
      long count,
      boolean teaches,
      String @Nullable [] traits,
      byte @Nullable [] letter) {
    String key() {
      return Baseline.key(subject, feature);
    }

    static Observed sample(long time, Features.Sample sample, String peers) {
      return new Observed(
          time,
          sample.subject(),
          sample.feature().wireName(),
          peers,
          sample.count(),
          sample.teaches(),
          null,
          null);
    }

    static Observed traits(
        long time, String subject, String peers, String[] traits, boolean teaches) {
      return new Observed(time, subject, Baseline.SEEN, peers, 0, teaches, traits, null);
    }

    static Observed unreadable(byte[] letter) {
      return new Observed(Long.MIN_VALUE, "", "", "", 0, false, null, letter);
    }
  }

  /**
   * One window of a subject's feature.
   *
   * @param start milliseconds since 1970
   * @param subject for whom it counts
   * @param feature what was done
   * @param peers the peer group of the agent that acted
   * @param count how often
   * @param teaches whether all of it is an example
   */
  public record Window(
      long start, String subject, String feature, String peers, long count, boolean teaches) {
    String key() {
      return Baseline.key(subject, feature);
    }

    Window and(Window other) {
      return new Window(
          start,
          subject,
          feature,
          Windows.first(peers, other.peers),
          count + other.count,
          teaches && other.teaches);
    }
  }

  /**
   * One window of the members of a peer group.
   *
   * @param start milliseconds since 1970
   * @param subject the peer group
   * @param feature what they did
   * @param counts how often each member did, in the order of {@code watched}
   * @param watched the time each was watched since its last window, in seconds
   */
  public record Members(long start, String subject, String feature, long[] counts, double[] watched)
      implements OfGroup {
    String key() {
      return Baseline.key(subject, feature);
    }
  }

  /**
   * What a subject was seen with in one window.
   *
   * @param start milliseconds since 1970
   * @param subject who
   * @param peers the peer group of the agent that acted
   * @param traits as {@link dev.countermand.detectors.baseline.LearnedTraits#tagged} writes them,
   *     sorted, each once
   * @param teaches whether all of it is an example
   */
  public record Traits(long start, String subject, String peers, String[] traits, boolean teaches)
      implements OfGroup {
    String key() {
      return Baseline.key(subject, Baseline.SEEN);
    }

    Traits ofPeers() {
      return new Traits(start, peers, peers, traits, teaches);
    }
  }

  /**
   * A document on its way to a topic.
   *
   * @param key its key
   * @param document its JSON; null where there is none any more
   */
  public record Published(String key, byte @Nullable [] document) {}
}
