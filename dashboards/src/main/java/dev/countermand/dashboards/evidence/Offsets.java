package dev.countermand.dashboards.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ascending offsets as runs: {@code 0-9}, {@code 12-12}. */
final class Offsets {
  private static final Pattern RUN = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  private Offsets() {}

  static List<String> runs(List<Long> offsets) {
    List<String> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= offsets.size(); i++) {
      if (i == offsets.size() || offsets.get(i) != offsets.get(i - 1) + 1) {
        runs.add(offsets.get(from) + "-" + offsets.get(i - 1));
        from = i;
      }
    }
    return runs;
  }

  /**
   * The offsets of runs.
   *
   * @param count how many there must be
   * @throws IllegalArgumentException when there are others, or they do not ascend
   */
  static long[] of(List<String> runs, int count) {
    long[] offsets = new long[count];
    int filled = 0;
    long previous = -1;
    for (String run : runs) {
      Matcher parts = RUN.matcher(run);
      if (!parts.matches()) {
        throw new IllegalArgumentException("its offsets cannot be read");
      }
      long first = Long.parseLong(parts.group(1));
      long last = Long.parseLong(parts.group(2));
      if (first <= previous || last < first || last - first >= count - filled) {
        throw new IllegalArgumentException("its offsets do not fit its leaves");
      }
      for (long offset = first; offset <= last; offset++) {
        offsets[filled++] = offset;
      }
      previous = last;
    }
    if (filled != count) {
      throw new IllegalArgumentException("its offsets do not fit its leaves");
    }
    return offsets;
  }
}
