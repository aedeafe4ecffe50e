package dev.countermand.command.stack;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.runtime.config.PersonNames;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What rules would have done, beside what was done. Filled on one thread. */
public final class BacktestReport {
  private final Map<String, Counted> rules = new TreeMap<>();
  private final Map<String, Finding> stops = new TreeMap<>();
  private final Map<String, String> orderedBy = new HashMap<>();
  private final Map<String, Was> stoppedByRules = new TreeMap<>();
  private final Map<String, Was> stoppedByPeople = new TreeMap<>();
  private final Map<String, Instant> released = new TreeMap<>();

  private static final class Counted {
    private final Set<String> agents = new HashSet<>();
    private long findings;
    private long stops;
    private @Nullable Instant first;
  }

  private record Was(Instant time, @Nullable String by) {
    static Was earlier(Was a, Was b) {
      return b.time().isBefore(a.time()) ? b : a;
    }
  }

  /**
   * What one rule would have said.
   *
   * @param id the rule
   * @param findings how often
   * @param agents of how many agents
   * @param stops in how many of its findings it would have had the agent contained
   * @param first when it would have fired first
   */
  public record Rule(String id, long findings, int agents, long stops, @Nullable Instant first) {}

  /**
   * One agent that would be contained or was.
   *
   * @param agent its id
   * @param would when it would have been; null for never
   * @param rule the rule that would have had it contained; null for none
   * @param was when it was, by a rule if ever one had it contained; null for never
   * @param wasBy who ordered that; null where the order is not known any more
   * @param byHand whether people had it contained and no rule did
   * @param released when a person let it act again after it was; null for never
   */
  public record Stop(
      String agent,
      @Nullable Instant would,
      @Nullable String rule,
      @Nullable Instant was,
      @Nullable String wasBy,
      boolean byHand,
      @Nullable Instant released) {

    /** Whether people took back then what would be done again. */
    public boolean wrongly() {
      return would != null && released != null;
    }

    /** The two in words. */
    public String comparison() {
      if (byHand) {
        return "by hand";
      }
      if (would == null) {
        return "not any more";
      }
      return was == null ? "only now" : "as then";
    }
  }

  /** Takes a finding that the rules would have had, in any order. */
  public void would(Finding finding) {
    Counted rule = rules.computeIfAbsent(finding.ruleId(), id -> new Counted());
    rule.findings++;
    rule.agents.add(finding.agentId());
    rule.first = earlier(rule.first, finding.time());
    if (finding.recommendation() == Recommendation.CONTAIN) {
      rule.stops++;
      stops.merge(
          finding.agentId(),
          finding,
          (a, b) ->
              Comparator.comparing(Finding::time).thenComparing(Finding::id).compare(a, b) <= 0
                  ? a
                  : b);
    }
  }

  /** Takes an order that was given; all of them before {@link #did}. */
  public void ordered(ContainmentOrder order) {
    orderedBy.put(order.id(), order.requestedBy());
  }

  /** Takes a step of what was done, in any order. */
  public void did(ContainmentOutcome outcome) {
    if (outcome.state() != StepState.VERIFIED) {
      return;
    }
    if (outcome.step() == Step.KILL_SWITCH) {
      String by = orderedBy.get(outcome.orderId());
      boolean byHand = by != null && !PersonNames.isReserved(by);
      (byHand ? stoppedByPeople : stoppedByRules)
          .merge(outcome.agentId(), new Was(outcome.time(), by), Was::earlier);
    } else if (outcome.step() == Step.RELEASE) {
      released.merge(outcome.agentId(), outcome.time(), BacktestReport::earlier);
    }
  }

  /** The rules that fired, by their ids. */
  public List<Rule> rules() {
    return rules.entrySet().stream()
        .map(
            one ->
                new Rule(
                    one.getKey(),
                    one.getValue().findings,
                    one.getValue().agents.size(),
                    one.getValue().stops,
                    one.getValue().first))
        .toList();
  }

  /** The agents that would be contained or were, by their ids. */
  public List<Stop> stops() {
    Set<String> agents = new TreeSet<>(stops.keySet());
    agents.addAll(stoppedByRules.keySet());
    agents.addAll(stoppedByPeople.keySet());
    return agents.stream().map(this::stop).toList();
  }

  private Stop stop(String agent) {
    Finding would = stops.get(agent);
    Was byRule = stoppedByRules.get(agent);
    Was was = byRule == null ? stoppedByPeople.get(agent) : byRule;
    return new Stop(
        agent,
        would == null ? null : would.time(),
        would == null ? null : would.ruleId(),
        was == null ? null : was.time(),
        was == null ? null : was.by(),
        was != null && byRule == null,
        released.get(agent));
  }

  private static Instant earlier(@Nullable Instant a, Instant b) {
    return a == null || b.isBefore(a) ? b : a;
  }
}
