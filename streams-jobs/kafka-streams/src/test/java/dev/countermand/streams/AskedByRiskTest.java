package dev.countermand.streams;

import static dev.countermand.streams.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Action;
import dev.countermand.model.Decision;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Severity;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class AskedByRiskTest {
  @AutoClose private final Bench bench = new Bench();

  private static Risk risk(double weight) {
    return new Risk(
        "id",
        NOON,
        RiskSubject.AGENT,
        RiskSubject.agent("agent"),
        "agent",
        null,
        100 * weight,
        null,
        RiskBench.HALF_LIFE.toSeconds(),
        List.of(
            new RiskContribution(
                "destructive", Severity.CRITICAL, weight, NOON, "f1", 3, Extra.NONE)),
        Extra.NONE);
  }

  private Verdict attempt(String id, Instant time) {
    bench.send(Samples.shell(id, "agent", time, "ls -la"));
    List<Verdict> verdicts = bench.verdicts();
    return verdicts.get(verdicts.size() - 1);
  }

  @Test
  void whatARiskyAgentAttemptsIsAskedAboutUntilTheRiskHasDecayed() {
    bench.send(risk(0.95));

    Verdict asked = attempt("a-1", NOON.plusSeconds(1));
    Verdict later = attempt("a-2", NOON.plus(Duration.ofHours(1)));

    assertThat(asked.decision()).isEqualTo(Decision.ASK);
    assertThat(asked.findings()).containsExactly("a-1:risk");
    assertThat(asked.reason())
        .isEqualTo(
            "The risk of the agent is 95 of 100, by what was found of it before. Rule: risk.");
    assertThat(bench.findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.because())
                    .containsExactly(
                        "destructive weighs 0.95: finding f1 of 2026-11-21T12:00:00Z,"
                            + " 3 of this kind"));
    assertThat(later.decision()).isEqualTo(Decision.ALLOW);
  }

  @Test
  void anAgentBelowTheThresholdAndAnotherAgentAreNotAskedAbout() {
    bench.send(risk(0.89));
    assertThat(attempt("a-1", NOON).decision()).isEqualTo(Decision.ALLOW);
    bench.send(risk(0.99));
    bench.send(Samples.shell("b-1", "other", NOON, "ls"));

    assertThat(bench.verdicts()).extracting(Verdict::decision).containsExactly(Decision.ALLOW);
  }

  @Test
  void whatIsDeniedAnywayStaysDeniedAndAResultIsNotAskedAbout() {
    bench.send(risk(0.99));
    bench.send(Samples.shell("a-1", "agent", NOON, "destroy vol-1"));
    bench.send(
        Samples.action("a-2", "agent", NOON, Phase.RESULT, Outcome.SUCCESS, "ls", List.of()));

    assertThat(bench.verdicts()).extracting(Verdict::decision).containsExactly(Decision.DENY);
    assertThat(bench.findings())
        .extracting(Finding::id)
        .containsExactly("a-1:destructive", "a-1:risk");
  }

  @Test
  void anAttemptThatComesAgainIsAnsweredAsBeforeWhateverTheRiskIsNow() {
    bench.send(risk(0.95));
    Action action = Samples.shell("a-1", "agent", NOON, "ls -la");
    bench.send(action);
    List<Verdict> first = bench.verdicts();
    bench.send(risk(0.1));
    bench.send(action);

    assertThat(bench.verdicts()).isEqualTo(first);
  }

  @Test
  void whatARiskLedToIsNoEvidenceForIt() {
    bench.send(risk(0.95));
    attempt("a-1", NOON);
    List<Finding> findings = bench.findings();
    assertThat(findings).extracting(Finding::ruleId).containsExactly("risk");

    try (RiskBench risks = new RiskBench()) {
      findings.forEach(risks::send);

      assertThat(risks.risks()).isEmpty();
      assertThat(risks.incidents()).isEmpty();
    }
  }
}
