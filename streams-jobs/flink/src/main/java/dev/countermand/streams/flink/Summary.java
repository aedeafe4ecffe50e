package dev.countermand.streams.flink;

import java.util.Map;

/**
 * What a run of the job has done so far; after a failure it counts from its last start.
 *
 * @param samples how many samples of actions were read, in the span that was asked for
 * @param keys for how many keys something was learned for the first time
 * @param windows how many windows were learned, those that were withheld too
 * @param late how many samples came too late for their window
 * @param unreadable how many records went to the dead letters
 * @param refused how many windows of members were not learned for their peer group, because there
 *     were more groups than are learned
 */
public record Summary(
    long samples, long keys, long windows, long late, long unreadable, long refused) {
  static final String SAMPLES = "samples";
  static final String KEYS = "keys";
  static final String WINDOWS = "windows";
  static final String LATE = "late";
  static final String UNREADABLE = "unreadable";
  static final String REFUSED = "refused-groups";

  /** By the accumulators of a job; what is not among them is zero. */
  public static Summary of(Map<String, ?> accumulators) {
    return new Summary(
        count(accumulators, SAMPLES),
        count(accumulators, KEYS),
        count(accumulators, WINDOWS),
        count(accumulators, LATE),
        count(accumulators, UNREADABLE),
        count(accumulators, REFUSED));
  }

  private static long count(Map<String, ?> accumulators, String name) {
    return accumulators.get(name) instanceof Long count ? count : 0;
  }
}
