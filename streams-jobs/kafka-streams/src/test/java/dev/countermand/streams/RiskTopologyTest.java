package dev.countermand.streams;

import static dev.countermand.streams.RiskBench.finding;
import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.GRANTED;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.testkit.OutcomeSample;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class RiskTopologyTest {
  @AutoClose private final RiskBench bench = new RiskBench();

  private static Incident last(List<Incident> incidents) {
    return incidents.get(incidents.size() - 1);
  }

  @Test
  void aFindingRaisesTheRiskOfAgentSessionCredentialsAndOwner() {
    bench.send(Samples.credential(FOREIGN));
    bench.send(finding("f1", "credential-scope", Severity.HIGH, NOON, List.of(FOREIGN, GRANTED)));

    Map<String, Risk> risks = bench.risks();
    assertThat(risks)
        .containsOnlyKeys(
            "agent:agent",
            "session:agent|session-of-agent",
            "credential:" + FOREIGN,
            "credential:" + GRANTED,
            "owner:platform");
    assertThat(risks.values())
        .allSatisfy(
            risk -> {
              assertThat(risk.score()).isCloseTo(65.7, within(1e-9));
              assertThat(risk.answer()).isEqualTo(Recommendation.NOTIFY);
              assertThat(risk.contributions())
                  .extracting(RiskContribution::findingId)
                  .containsExactly("f1");
            });
    assertThat(risks.get("session:agent|session-of-agent").sessionId())
        .isEqualTo("session-of-agent");
    assertThat(risks.get("agent:agent").agentId()).isEqualTo("agent");
    assertThat(risks.get("owner:platform").agentId()).isNull();
  }

  @Test
  void aSubAgentAndItsParentShareOneRiskAndOneIncident() {
    ObjectNode tree = Action.CODEC.toTree(Samples.shell("a-2", "agent", NOON, "destroy vol-1"));
    tree.withObjectProperty("countermand").withObjectProperty("agent").put("subagent_id", "helper");
    Action ofSubAgent = Action.CODEC.fromTree(tree);
    assertThat(ofSubAgent.subagentId()).isEqualTo("helper");
    bench.send(finding("f1", "agent-guard", Severity.HIGH, NOON, List.of()));
    Samples.scoring()
        .score(ofSubAgent, null, Known.NOTHING, AgentState.EMPTY)
        .findings()
        .forEach(bench::send);

    assertThat(bench.risks().get("agent:agent").contributions())
        .extracting(RiskContribution::kind)
        .contains("agent-guard", "destructive");
    assertThat(bench.incidents().stream().map(Incident::id).distinct()).hasSize(1);
  }

  @Test
  void tenIdenticalFindingsAreOneAlertAndOneRiskAndAreCountedASecondLater() {
    for (int i = 0; i < 10; i++) {
      bench.send(
          finding("f" + i, "agent", "destructive", Severity.HIGH, NOON, List.of(), "volume:same"));
    }

    assertThat(bench.incidents()).hasSize(1);
    assertThat(bench.risks().get("agent:agent").score()).isCloseTo(65.7, within(1e-9));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.incidents())
        .singleElement()
        .satisfies(
            incident -> {
              assertThat(incident.counts().findings()).isEqualTo(10);
              assertThat(incident.counts().alerts()).isEqualTo(1);
              assertThat(incident.counts().repeated()).isEqualTo(9);
            });
    assertThat(bench.risks().get("agent:agent").contributions())
        .singleElement()
        .satisfies(one -> assertThat(one.count()).isEqualTo(10));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.incidents()).as("nothing new").isEmpty();
  }

  @Test
  void whatIsAboveTheCapIsCountedAsSuppressed() {
    for (int i = 0; i < 5; i++) {
      bench.send(finding("f" + i, "destructive", Severity.HIGH, NOON, List.of()));
    }
    bench.pass(Duration.ofSeconds(1));

    assertThat(last(bench.incidents()).counts().suppressed()).isEqualTo(2);
    assertThat(bench.registry.counter("countermand.risk.findings", "alert", "true").count())
        .isEqualTo(3);
  }

  @Test
  void crossingTheThresholdOrdersContainmentOncePerIncident() {
    bench.send(finding("f1", "destructive", Severity.CRITICAL, NOON, List.of(FOREIGN)));
    assertThat(bench.orders()).isEmpty();
    bench.send(
        finding("f2", "agent-guard", Severity.CRITICAL, NOON.plusSeconds(2), List.of(GRANTED)));
    bench.send(finding("f3", "consequence", Severity.CRITICAL, NOON.plusSeconds(3), List.of()));

    String incident = last(bench.incidents()).id();
    assertThat(bench.orders())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.id()).isEqualTo(incident + ":contain");
              assertThat(order.kind()).isEqualTo(OrderKind.CONTAIN);
              assertThat(order.agentId()).isEqualTo("agent");
              assertThat(order.actionId()).isEqualTo("action-of-f2");
              assertThat(order.actionTime()).isEqualTo(NOON.plusSeconds(2));
              assertThat(order.findings()).containsExactly("f2", "f1");
              assertThat(order.credentials()).containsExactlyInAnyOrder(FOREIGN, GRANTED);
              assertThat(order.reason())
                  .isEqualTo(
                      "The risk of the agent is 99 of 100: agent-guard 0.89, destructive 0.89."
                          + " Rule: risk.");
            });
  }

  @Test
  void aContainedAgentIsNotOrderedAgainAndAReleaseClosesAndSettles() {
    bench.send(finding("f1", "destructive", Severity.CRITICAL, NOON, List.of()));
    bench.send(
        OutcomeSample.of("agent", Step.KILL_SWITCH, StepState.VERIFIED, NOON.plusSeconds(1)));
    assertThat(last(bench.incidents()).status()).isEqualTo(IncidentStatus.CONTAINED);
    bench.send(finding("f2", "agent-guard", Severity.CRITICAL, NOON.plusSeconds(2), List.of()));
    assertThat(bench.orders()).isEmpty();
    bench.send(OutcomeSample.of("agent", Step.RELEASE, StepState.REQUESTED, NOON.plusSeconds(59)));
    assertThat(last(bench.incidents()).status()).isEqualTo(IncidentStatus.CONTAINED);
    bench.send(OutcomeSample.of("agent", Step.RELEASE, StepState.VERIFIED, NOON.plusSeconds(60)));

    Incident first = last(bench.incidents());
    assertThat(first.status()).isEqualTo(IncidentStatus.CLOSED);
    assertThat(bench.risks().get("agent:agent").score()).isZero();
    bench.send(finding("f3", "consequence", Severity.LOW, NOON.plusSeconds(61), List.of()));
    Incident second = last(bench.incidents());
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.status()).isEqualTo(IncidentStatus.OPEN);
    assertThat(bench.risks().get("agent:agent").score()).isCloseTo(18.9, within(1e-9));
  }

  @Test
  void anIncidentIsClosedWhenTheAgentIsQuietAndTheNextCanOrderAgain() {
    bench.send(finding("f1", "destructive", Severity.CRITICAL, NOON, List.of()));
    bench.send(finding("f2", "agent-guard", Severity.CRITICAL, NOON, List.of()));
    assertThat(bench.orders()).hasSize(1);
    bench.pass(Duration.ofHours(8).plusSeconds(1));
    Incident closed = last(bench.incidents());
    Instant later = NOON.plus(Duration.ofHours(9));
    bench.send(finding("f3", "destructive", Severity.CRITICAL, later, List.of()));
    bench.send(finding("f4", "agent-guard", Severity.CRITICAL, later, List.of()));

    assertThat(closed.status()).isEqualTo(IncidentStatus.CLOSED);
    assertThat(closed.closedAt()).isEqualTo(NOON.plus(Duration.ofHours(8)));
    Incident next = last(bench.incidents());
    assertThat(bench.orders())
        .extracting(ContainmentOrder::id)
        .containsExactly(next.id() + ":contain")
        .doesNotContain(closed.id() + ":contain");
  }

  @Test
  void aFindingThatScoringTellsTwiceCountsOnceAndItsOrderIsToldAgain() {
    Finding crossing = finding("f2", "agent-guard", Severity.CRITICAL, NOON, List.of());
    bench.send(finding("f1", "destructive", Severity.CRITICAL, NOON, List.of()));
    bench.send(crossing);
    Incident before = last(bench.incidents());
    List<ContainmentOrder> orders = bench.orders();
    bench.send(crossing);

    assertThat(bench.incidents()).containsExactly(before);
    assertThat(bench.orders()).isEqualTo(orders).hasSize(1);
    assertThat(bench.registry.counter("countermand.risk.repeated").count()).isPositive();
  }

  @Test
  void whatHasDecayedIsForgotten() {
    bench.send(finding("f1", "destructive", Severity.HIGH, NOON, List.of()));
    assertThat(bench.subjects().get("agent:agent")).isNotNull();
    bench.pass(Duration.ofDays(4));
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.subjects().get("agent:agent")).isNull();
    assertThat(bench.subjects().get("session:agent|session-of-agent")).isNull();
    assertThat(last(bench.incidents()).status()).isEqualTo(IncidentStatus.CLOSED);
  }

  @Test
  void aFindingThatCannotBeReadIsADeadLetterOfTheRiskJob() {
    bench.send(bench.topics.findings(), "agent", "{".getBytes(StandardCharsets.UTF_8), NOON);
    bench.send(finding("f1", "destructive", Severity.HIGH, NOON, List.of()));

    assertThat(bench.letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.code()).isEqualTo("RECORD_UNREADABLE");
              assertThat(letter.stage()).isEqualTo("risk");
            });
    assertThat(bench.risks()).containsKey("agent:agent");
  }
}
