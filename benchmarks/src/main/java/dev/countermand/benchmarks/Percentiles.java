package dev.countermand.benchmarks;

import java.util.Arrays;

/** Exact percentiles of a fixed number of latencies, in nanoseconds. */
public final class Percentiles {
  private final long[] sorted;

  /** Of these latencies, in any order; the array is copied. At least one. */
  public Percentiles(long[] nanos) {
    this.sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  /** The value that a fraction of all does not exceed (nearest rank), in milliseconds. */
  public double millis(double fraction) {
    int rank = (int) Math.ceil(fraction * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)] / 1e6;
  }

  /** How many latencies there are. */
  public int count() {
    return sorted.length;
  }
}
