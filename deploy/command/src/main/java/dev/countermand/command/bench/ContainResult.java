package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.benchmarks.Percentiles;
import dev.countermand.model.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured.
 *
 * @param providers in the order in which they were measured
 * @param leftOut the providers that were not measured, and why
 * @param denied from writing an order to the moment a gateway's kill switch denies the agent
 * @param deniedForDeed from writing an action, which scoring finds a destruction in, to that moment
 * @param risks from writing such an action to the record of the agent's risk
 */
public record ContainResult(
    List<Row> providers,
    Map<String, String> leftOut,
    Percentiles denied,
    Percentiles deniedForDeed,
    Percentiles risks) {
  /** By when a credential is to be proved dead, in ms from the order, in 95 of 100 cases. */
  static final int VERIFIED_GOAL = 500;

  /** By when the kill switch is to hold, in ms from its cause, in 99 of 100 cases. */
  static final int DENIED_GOAL = 50;

  private static final double P50 = 0.5;
  private static final double P95 = 0.95;
  private static final double P99 = 0.99;

  /** List and map are copied, in their order. */
  public ContainResult {
    providers = List.copyOf(providers);
    leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
  }

  /**
   * One provider; each latency begins at the order's own time.
   *
   * @param killSwitch to the record of the kill switch that every in-sync replica has
   * @param accepted to the provider's yes
   * @param verified to the probe that showed the credential dead
   */
  record Row(String provider, Percentiles killSwitch, Percentiles accepted, Percentiles verified) {
    boolean meetsGoal() {
      return verified.millis(P95) <= VERIFIED_GOAL;
    }

    private void addTo(ObjectNode node) {
      node.put("provider", provider).put("orders", verified.count());
      put(node, "kill_switch", killSwitch);
      put(node, "accepted", accepted);
      put(node, "verified", verified);
      node.put("goal_verified_p95_ms", VERIFIED_GOAL).put("met", meetsGoal());
    }

    private static void put(ObjectNode node, String name, Percentiles latencies) {
      node.put(name + "_p50_ms", latencies.millis(P50));
      node.put(name + "_p95_ms", latencies.millis(P95));
    }
  }

  private static boolean killSwitchMeetsGoal(Percentiles denied) {
    return denied.millis(P99) <= DENIED_GOAL;
  }

  /** A table for people. */
  public String toText() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            "%-18s %15s %15s %15s%n", "ms from the order", "kill switch", "accepted", "verified"));
    out.append("provider    orders");
    out.append("     p50     p95".repeat(3)).append("  goal\n");
    for (Row row : providers) {
      out.append(String.format(Locale.ROOT, "%-11s %6d", row.provider, row.verified.count()));
      for (Percentiles one : List.of(row.killSwitch, row.accepted, row.verified)) {
        out.append(String.format(Locale.ROOT, " %7.1f %7.1f", one.millis(P50), one.millis(P95)));
      }
      out.append(
          String.format(
              Locale.ROOT, "  verified p95 <= %d: %s%n", VERIFIED_GOAL, word(row.meetsGoal())));
    }
    leftOut.forEach(
        (provider, why) ->
            out.append("left out: ").append(provider).append(", ").append(why).append('\n'));
    out.append(killSwitch("writing an order", denied)).append('\n');
    out.append(killSwitch("writing the action that is found to destroy", deniedForDeed));
    return out.append(
            String.format(
                Locale.ROOT,
                "%nFrom writing such an action to the record of the agent's risk, %d agents: p50"
                    + " %.1f, p95 %.1f, p99 %.1f ms.",
                risks.count(),
                risks.millis(P50),
                risks.millis(P95),
                risks.millis(P99)))
        .toString();
  }

  private static String killSwitch(String begin, Percentiles denied) {
    return String.format(
        Locale.ROOT,
        "From %s to the gateway's kill switch that denies the agent, %d agents: p50 %.1f, p95 %.1f,"
            + " p99 %.1f ms; goal p99 <= %d: %s.",
        begin,
        denied.count(),
        denied.millis(P50),
        denied.millis(P95),
        denied.millis(P99),
        DENIED_GOAL,
        word(killSwitchMeetsGoal(denied)));
  }

  private static String word(boolean met) {
    return met ? "met" : "missed";
  }

  /** The same for machines. */
  public String toJson() {
    ObjectNode root = Json.mapper().createObjectNode();
    ArrayNode rows = root.putArray("providers");
    providers.forEach(row -> row.addTo(rows.addObject()));
    ArrayNode missing = root.putArray("left_out");
    leftOut.forEach(
        (provider, why) -> missing.addObject().put("provider", provider).put("reason", why));
    put(root.putObject("kill_switch"), denied);
    put(root.putObject("kill_switch_from_action"), deniedForDeed);
    root.putObject("risk_from_action")
        .put("agents", risks.count())
        .put("p50_ms", risks.millis(P50))
        .put("p95_ms", risks.millis(P95))
        .put("p99_ms", risks.millis(P99));
    return root.toString();
  }

  private static void put(ObjectNode node, Percentiles denied) {
    node.put("agents", denied.count())
        .put("p50_ms", denied.millis(P50))
        .put("p95_ms", denied.millis(P95))
        .put("p99_ms", denied.millis(P99))
        .put("goal_p99_ms", DENIED_GOAL)
        .put("met", killSwitchMeetsGoal(denied));
  }
}
