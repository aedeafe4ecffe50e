package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.benchmarks.Percentiles;
import dev.countermand.model.json.Json;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured.
 *
 * @param documents how many actions were indexed
 * @param indexing how long that took
 * @param pages from the request to the last byte, by page
 * @param timeline the same of a timeline of 10,000 entries
 */
public record ConsoleResult(
    long documents, Duration indexing, Map<String, Percentiles> pages, Percentiles timeline) {
  /** By when a page is to be there, in ms, in 95 of 100 cases. */
  static final int PAGE_GOAL = 500;

  /** By when a timeline of 10,000 entries is to be there, in ms. */
  static final int TIMELINE_GOAL = 2_000;

  private static final double P50 = 0.5;
  private static final double P95 = 0.95;

  /** The map is copied, in its order. */
  public ConsoleResult {
    pages = Collections.unmodifiableMap(new LinkedHashMap<>(pages));
  }

  /** A table for people. */
  public String toText() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%d actions are indexed (%d s); ms to the last byte%n%-20s %8s %8s  goal%n",
            documents,
            indexing.toSeconds(),
            "page",
            "p50",
            "p95"));
    pages.forEach((page, times) -> row(out, page, times, PAGE_GOAL));
    row(out, "timeline of 10,000", timeline, TIMELINE_GOAL);
    return out.toString().stripTrailing();
  }

  private static void row(StringBuilder out, String page, Percentiles times, int goal) {
    out.append(
        String.format(
            Locale.ROOT,
            "%-20s %8.1f %8.1f  p95 <= %d: %s%n",
            page,
            times.millis(P50),
            times.millis(P95),
            goal,
            times.millis(P95) <= goal ? "met" : "missed"));
  }

  /** The same for machines. */
  public String toJson() {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("documents", documents).put("indexing_ms", indexing.toMillis());
    ObjectNode each = root.putObject("pages");
    pages.forEach((page, times) -> put(each.putObject(page), times, PAGE_GOAL));
    put(root.putObject("timeline"), timeline, TIMELINE_GOAL);
    return root.toString();
  }

  private static void put(ObjectNode node, Percentiles times, int goal) {
    node.put("p50_ms", times.millis(P50)).put("p95_ms", times.millis(P95));
    node.put("goal_p95_ms", goal).put("met", times.millis(P95) <= goal);
  }
}
