package dev.countermand.streams;

import static dev.countermand.streams.RiskBench.finding;
import static dev.countermand.streams.Samples.FOREIGN;
import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.sequence.SequenceEvent;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class SequenceTopologyTest {
  private static final String RULE = "refused-then-borrowed";

  @AutoClose private final RiskBench bench = new RiskBench();

  private void refused(String agent, Instant time) {
    bench.send(
        finding(
            "refused-" + agent, agent, "deny-loop", Severity.MEDIUM, time, List.of(FOREIGN), ""));
  }

  private void borrows(String agent, Instant time) {
    bench.send(
        finding(
            "borrowed-" + agent,
            agent,
            "shared-credential",
            Severity.MEDIUM,
            time,
            List.of(FOREIGN),
            ""));
  }

  private List<Finding> sequences() {
    return bench.findings().stream().filter(one -> one.ruleId().equals(RULE)).toList();
  }

  @Test
  void whatSeveralAgentsCompleteIsAFindingARiskAnIncidentAndAnOrder() {
    bench.send(Samples.credential(FOREIGN));
    refused("a", NOON);
    refused("b", NOON.plusSeconds(60));
    refused("c", NOON.plusSeconds(120));
    assertThat(sequences()).isEmpty();
    borrows("b", NOON.plusSeconds(600));

    List<Finding> found = sequences();
    assertThat(found)
        .extracting(Finding::recommendation)
        .containsExactlyInAnyOrder(Recommendation.CONTAIN, Recommendation.NOTIFY);
    assertThat(found)
        .allSatisfy(
            finding -> {
              assertThat(finding.agentId()).isEqualTo("b");
              assertThat(finding.actionId()).isEqualTo("action-of-borrowed-b");
              assertThat(finding.relatedActions())
                  .containsExactlyInAnyOrder(
                      "action-of-refused-a", "action-of-refused-b", "action-of-refused-c");
            });
    Finding contains =
        found.stream().filter(one -> one.severity() == Severity.CRITICAL).findAny().orElseThrow();
    assertThat(contains.summary()).contains("the owner platform");
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.risks().get("agent:b").contributions())
        .extracting(RiskContribution::kind)
        .contains(RULE);
    List<Incident> incidents =
        bench.incidents().stream().filter(one -> one.agentId().equals("b")).toList();
    assertThat(incidents.get(incidents.size() - 1).findings())
        .containsAll(found.stream().map(Finding::id).toList());
    assertThat(bench.orders())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.id()).isEqualTo(contains.id() + ":contain");
              assertThat(order.kind()).isEqualTo(OrderKind.CONTAIN);
              assertThat(order.agentId()).isEqualTo("b");
              assertThat(order.credentials()).containsExactly(FOREIGN);
              assertThat(order.actionTime()).isEqualTo(NOON.plusSeconds(600));
            });
    assertThat(bench.registry.counter("countermand.risk.sequences", "rule", RULE).count())
        .isEqualTo(2);
  }

  @Test
  void ofCredentialsThatNobodyOwnsTheFleetIsToldOfAndNobodyIsContained() {
    refused("a", NOON);
    refused("b", NOON);
    borrows("b", NOON.plusSeconds(600));
    refused("c", NOON);

    assertThat(sequences())
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.HIGH));
    assertThat(bench.orders()).isEmpty();
  }

  @Test
  void whatScoringTellsTwiceIsToldTwiceAndWordForWord() {
    refused("a", NOON);
    refused("b", NOON);
    refused("c", NOON);
    borrows("b", NOON.plusSeconds(600));
    List<Finding> first = sequences();
    borrows("b", NOON.plusSeconds(600));

    assertThat(first).hasSize(1);
    assertThat(sequences()).isEqualTo(first);
  }

  @Test
  void aGroupInWhichNothingHappensIsForgottenByTheTimeOfWhatIsRead() {
    bench.send(Samples.credential(FOREIGN));
    refused("a", NOON);
    bench.pass(Duration.ofDays(30));
    assertThat(bench.groups().get(RULE + "|owner:platform")).as("read late").isNotNull();
    bench.send(
        finding(
            "refused-z",
            "z",
            "deny-loop",
            Severity.MEDIUM,
            NOON.plus(FollowGroup.KEPT).plusSeconds(1),
            List.of(),
            ""));
    bench.pass(Duration.ofSeconds(10));

    assertThat(bench.groups().get(RULE + "|owner:platform")).isNull();
    assertThat(bench.groups().get(RULE + "|fleet").together())
        .extracting(SequenceEvent::agentId)
        .containsExactly("z");
  }

  /** From what agents do to the order, with the real rules: nothing here is made up but actions. */
  @Test
  void threeAgentsThatAreDeniedAgainAndAgainAndOneThatUsesAnothersCredentialAreFound() {
    Scoring scoring = Samples.scoring();
    Known known =
        Known.credentials(
            fingerprint ->
                fingerprint.equals(FOREIGN)
                    ? Optional.of(Samples.credential(FOREIGN))
                    : Optional.empty());
    bench.send(Samples.credential(FOREIGN));
    CredentialMention seen = Samples.mention(FOREIGN, CredentialRole.SIGHTED, "ops/.env");
    List<Action> actions = new ArrayList<>();
    for (String agent : List.of("a", "b", "c")) {
      for (int i = 0; i < 6; i++) {
        actions.add(
            Samples.action(
                agent + "-" + i,
                agent,
                NOON.plusSeconds(i),
                Phase.ATTEMPT,
                Outcome.UNKNOWN,
                "destroy vol-" + i,
                agent.equals("c") ? List.of() : List.of(seen)));
      }
    }
    actions.add(
        Samples.action(
            "c-uses",
            "c",
            NOON.plusSeconds(60),
            Phase.ATTEMPT,
            Outcome.UNKNOWN,
            "call the API",
            List.of(Samples.mention(FOREIGN, CredentialRole.USED, null))));
    Map<String, AgentState> states = new HashMap<>();
    Map<String, CredentialTrail> trails = new HashMap<>();
    for (Action action : actions) {
      Scored scored =
          scoring.score(
              action, null, known, states.getOrDefault(action.agentId(), AgentState.EMPTY));
      states.put(action.agentId(), scored.state());
      scored.findings().forEach(bench::send);
      for (CredentialTouch touch : scored.touches()) {
        TrailScoring.Result result =
            TrailScoring.standard()
                .score(
                    touch,
                    trails.getOrDefault(touch.fingerprint(), CredentialTrail.EMPTY),
                    Samples.credential(FOREIGN));
        trails.put(touch.fingerprint(), result.trail());
        result.findings().forEach(bench::send);
      }
    }

    List<Finding> told = sequences();
    assertThat(told).isNotEmpty();
    assertThat(told)
        .allSatisfy(
            finding -> {
              assertThat(finding.agentId()).isEqualTo("c");
              assertThat(finding.actionId()).isEqualTo("c-uses");
              assertThat(finding.credentials()).containsExactly(FOREIGN);
            });
  }
}
