package dev.countermand.command.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.OutcomeSample;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BacktestReportTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private final BacktestReport report = new BacktestReport();

  @Test
  void aRuleIsCountedWithItsAgentsAndItsFirstSecond() {
    report.would(finding("a", "late", NOON.plusSeconds(9), Recommendation.NOTIFY));
    report.would(finding("b", "late", NOON.plusSeconds(2), Recommendation.CONTAIN));
    report.would(finding("a", "late", NOON.plusSeconds(5), Recommendation.ASK));

    assertThat(report.rules())
        .containsExactly(new BacktestReport.Rule("late", 3, 2, 1, NOON.plusSeconds(2)));
  }

  @Test
  void anAgentIsComparedWithWhatWasDone() {
    report.would(finding("same", "r1", NOON.plusSeconds(8), Recommendation.CONTAIN));
    report.would(finding("same", "r2", NOON.plusSeconds(3), Recommendation.CONTAIN));
    report.would(finding("new", "r1", NOON, Recommendation.CONTAIN));
    report.would(finding("told", "r1", NOON, Recommendation.ASK));
    report.did(OutcomeSample.of("same", Step.KILL_SWITCH, StepState.VERIFIED, NOON.plusSeconds(4)));
    report.did(OutcomeSample.of("gone", Step.KILL_SWITCH, StepState.VERIFIED, NOON));
    report.did(OutcomeSample.of("asked", Step.KILL_SWITCH, StepState.REQUESTED, NOON));

    assertThat(report.stops())
        .extracting(
            BacktestReport.Stop::agent,
            BacktestReport.Stop::would,
            BacktestReport.Stop::rule,
            BacktestReport.Stop::comparison)
        .containsExactly(
            tuple("gone", null, null, "not any more"),
            tuple("new", NOON, "r1", "only now"),
            tuple("same", NOON.plusSeconds(3), "r2", "as then"));
  }

  @Test
  void whomOnlyAPersonStoppedNoRuleOfThenIsMissed() {
    for (String agent : List.of("hand", "both", "later", "rule", "unknown")) {
      if (!agent.equals("unknown")) {
        report.ordered(order(agent, agent.equals("rule") ? "scoring" : "ada"));
      }
      report.did(OutcomeSample.of(agent, Step.KILL_SWITCH, StepState.VERIFIED, NOON));
    }
    report.ordered(
        ContainmentOrder.byPerson(
            "by-rule", NOON, OrderKind.CONTAIN, "both", "why", List.of(), "risk"));
    report.did(stopped("both", "by-rule", NOON.plusSeconds(9)));
    report.would(finding("later", "r1", NOON, Recommendation.CONTAIN));

    assertThat(report.stops())
        .extracting(
            BacktestReport.Stop::agent,
            BacktestReport.Stop::was,
            BacktestReport.Stop::wasBy,
            BacktestReport.Stop::comparison)
        .containsExactly(
            tuple("both", NOON.plusSeconds(9), "risk", "not any more"),
            tuple("hand", NOON, "ada", "by hand"),
            tuple("later", NOON, "ada", "by hand"),
            tuple("rule", NOON, "scoring", "not any more"),
            tuple("unknown", NOON, null, "not any more"));
  }

  private static ContainmentOrder order(String agent, String by) {
    return ContainmentOrder.byPerson(
        "order-of-" + agent, NOON, OrderKind.CONTAIN, agent, "why", List.of(), by);
  }

  private static ContainmentOutcome stopped(String agent, String order, Instant time) {
    ContainmentOutcome one = OutcomeSample.of(agent, Step.KILL_SWITCH, StepState.VERIFIED, time);
    ObjectNode tree = ContainmentOutcome.CODEC.toTree(one);
    tree.withObject("/countermand/outcome").put("order_id", order);
    return ContainmentOutcome.CODEC.fromTree(tree);
  }

  @Test
  void whomAPersonReleasedItWouldStopWrongly() {
    for (String agent : List.of("released", "kept")) {
      report.would(finding(agent, "r1", NOON, Recommendation.CONTAIN));
      report.did(OutcomeSample.of(agent, Step.KILL_SWITCH, StepState.VERIFIED, NOON));
    }
    report.did(
        OutcomeSample.of("released", Step.RELEASE, StepState.VERIFIED, NOON.plusSeconds(60)));
    report.did(OutcomeSample.of("kept", Step.RELEASE, StepState.FAILED, NOON.plusSeconds(60)));

    assertThat(report.stops())
        .filteredOn(BacktestReport.Stop::wrongly)
        .extracting(BacktestReport.Stop::agent)
        .containsExactly("released");
  }

  private static Finding finding(String agent, String rule, Instant time, Recommendation what) {
    return FindingSample.of(agent + time + rule, time)
        .agent(agent)
        .rule(rule)
        .severity(Severity.HIGH)
        .recommends(what)
        .build();
  }
}
